/** An id: monospaced, shortened in the middle, copied whole. */
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { classNames } from './class-names.ts';
import css from './identifier.module.css';

/** Keeps beginning and end, by which people tell ids apart. */
export function shortened(id: string, most = 18): string {
  if (id.length <= most) return id;
  const tail = Math.floor((most - 1) / 3);
  return `${id.slice(0, most - 1 - tail)}…${id.slice(-tail)}`;
}

export function Identifier({ id, most = 18, copy = true }: { id: string; most?: number; copy?: boolean }) {
  return (
    <span className={css.identifier}>
      <span className="mono" title={id}>
        {shortened(id, most)}
      </span>
      {copy && <CopyButton text={id} label={`Copy ${id}`} />}
    </span>
  );
}

/** Copies, and says so for a moment. */
export function CopyButton({ text, label, shown }: { text: string; label: string; shown?: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  const copy = async (): Promise<void> => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setState(copied ? 'copied' : 'refused');
    setTimeout(() => setState('ready'), 1_500);
  };
  return (
    <button
      type="button"
      className={classNames(css.copy, shown !== undefined && css.wide)}
      aria-label={shown === undefined ? label : undefined}
      title={state === 'refused' ? 'This browser refuses to copy here' : label}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void copy();
      }}
    >
      {state === 'copied' ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
      {shown}
      <span role="status" className="only-read">
        {state === 'copied' ? 'copied' : state === 'refused' ? 'not copied' : ''}
      </span>
    </button>
  );
}
