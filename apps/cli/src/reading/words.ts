/** Times and lengths in words. */
import type { Freshness } from '@wm/client';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Such as 850 ms, 12.3 s, 3 min 5 s, 2 d 4 h. */
export function length(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10} s`;
  const first = UNITS.findIndex(([, unit]) => ms >= unit);
  const [[name, unit], next] = [UNITS[first]!, UNITS[first + 1]!];
  const rest = Math.floor((ms % unit) / next[1]);
  return `${Math.floor(ms / unit)} ${name}${rest === 0 ? '' : ` ${rest} ${next[0]}`}`;
}

export function maybeLength(ms: number | null): string {
  return ms === null ? '' : length(ms);
}

/** Such as 3 min ago, or in 20 s. */
export function distance(at: string, now: string): string {
  const ms = Date.parse(now) - Date.parse(at);
  return ms >= 0 ? `${length(ms)} ago` : `in ${length(-ms)}`;
}

/** 2026-01-31 12:00:00.000Z: sorts as text, and says that it is UTC. */
export function instant(at: string): string {
  return at.replace('T', ' ');
}

/** Without milliseconds, for lists. */
export function shortInstant(at: string | null): string {
  return at === null ? '' : at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** Waits of this length are usual. */
const USUAL_LAG_MS = 5_000;

/** A line where the state is noticeably behind the events; '' where it is not. */
export function staleness({ lagMs, pendingEvents }: Freshness): string {
  if (lagMs < USUAL_LAG_MS) return '';
  const events = pendingEvents === 1 ? '1 event waits' : `${pendingEvents} events wait`;
  return `This is behind: ${events} to be taken in, the oldest for ${length(lagMs)}.\n`;
}
