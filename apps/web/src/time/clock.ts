/** The time that the page shows: the server's, told from the answers, so that a wrong clock of this machine misleads nobody. */
import { useSyncExternalStore } from 'react';

let offsetMs = 0;
let second = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Told by each answer's `asOf`. Small differences are the way here and back. */
export function noteServerTime(asOf: string): void {
  const offset = Date.parse(asOf) - Date.now();
  if (Number.isNaN(offset)) return;
  if (Math.abs(offset - offsetMs) > 2_000) offsetMs = Math.abs(offset) < 2_000 ? 0 : offset;
}

/** ms, by the server's clock */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    second = serverNow();
    timer = setInterval(() => {
      second = serverNow();
      for (const each of listeners) each();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * The present, moving by steps. One timer serves the whole page.
 *
 * @param stepMs 1,000 for a countdown, more where a second makes no difference
 * @returns ms, a multiple of stepMs
 */
export function useNow(stepMs = 1_000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(second / stepMs) * stepMs);
}
