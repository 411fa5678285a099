/** Keys that do something. Each is told to `?` by the same call that makes it work. */
import { useEffect, useRef } from 'react';

interface Shortcut {
  key: string;
  does: string;
  run: () => void;
}

const shortcuts = new Map<symbol, Shortcut>();

/** What `?` shows, in the order of their arrival. */
export function shortcutList(): { key: string; does: string }[] {
  const seen = new Map<string, string>();
  for (const { key, does } of shortcuts.values()) seen.set(key, does);
  return [...seen].map(([key, does]) => ({ key, does }));
}

/**
 * @param key as KeyboardEvent.key has it, such as 'e' or '?'
 * @param does what it does, for the help
 */
export function useShortcut(key: string, does: string, run: () => void): void {
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  useEffect(() => {
    const id = Symbol(key);
    shortcuts.set(id, { key, does, run: () => newest.current() });
    return () => void shortcuts.delete(id);
  }, [key, does]);
}

/** @returns what ends it */
export function listenForShortcuts(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === 'k') run('/', event);
      return;
    }
    if (event.altKey || event.defaultPrevented || isTyping(event.target)) return;
    // A dialog has keys of its own.
    if (document.querySelector('[role="dialog"][data-open]') !== null) return;
    run(event.key, event);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function run(key: string, event: KeyboardEvent): void {
  const found = [...shortcuts.values()].findLast((shortcut) => shortcut.key === key);
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}

/** Moves the focus among the rows of the view: elements with `data-row`. */
export function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 ? rows[step === 1 ? 0 : rows.length - 1] : rows[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
