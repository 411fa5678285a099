/** How the time of a run splits, moved on to the present while it goes on. Pure. */
import type { TimeSplit, Workflow } from '@wm/client';

export interface TimeShares {
  /** ms; null: the start is not known, and so is what was neither slept nor waited. */
  total: number | null;
  active: number | null;
  sleeping: number;
  retryWait: number;
}

/** @param passedMs since the answer was made: what the run does now grows by that much */
export function timeShares(
  { totalMs, activeMs, sleepingMs, retryWaitMs, final }: TimeSplit,
  { status, pauseReason }: Pick<Workflow, 'status' | 'pauseReason'>,
  passedMs: number,
): TimeShares {
  const more = final ? 0 : Math.max(0, passedMs);
  const paused = status === 'paused';
  return {
    total: totalMs === null ? null : totalMs + more,
    active: activeMs === null ? null : activeMs + (paused && pauseReason !== null ? 0 : more),
    sleeping: sleepingMs + (paused && pauseReason === 'sleep' ? more : 0),
    retryWait: retryWaitMs + (paused && pauseReason === 'retry' ? more : 0),
  };
}

/** Share of a whole, in percent of it: never 100 while something is left, never 0 of something. */
export function shareText(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const percent = (part / whole) * 100;
  return percent < 1 ? '< 1 %' : percent > 99 ? '> 99 %' : `${Math.round(percent)} %`;
}
