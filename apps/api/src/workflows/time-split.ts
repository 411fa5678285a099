/** Where the time of a run went, as far as is known. */
import type { RunDetail, TelemetryDelay } from '@wm/store';

/** Milliseconds. */
export interface TimeSplit {
  /** From the start to the end, or to now; null: its start is not known, or it has not started. */
  totalMs: number | null;
  /** What is left of it. */
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** false: it goes on, and the figures are as of the answer. */
  final: boolean;
  /** How late its events arrived. */
  telemetryDelay: TelemetryDelay;
}

/** A run that was followed by another without an end of its own: nobody knows when its time was over. */
export function timeSplit(run: RunDetail, now: Date, telemetryDelay: TelemetryDelay): TimeSplit {
  const { sleepingMs, retryWaitMs, durationMs, activeMs } = run;
  const ended = run.completedAt ?? run.failedAt ?? run.cancelledAt;
  if (ended !== null || run.gaps.includes('end')) {
    return { totalMs: durationMs, activeMs, sleepingMs, retryWaitMs, final: true, telemetryDelay };
  }
  const open = run.pausedSince === null ? 0 : Math.max(0, now.getTime() - run.pausedSince.at);
  const sleeping = sleepingMs + (run.pausedSince?.reason === 'sleep' ? open : 0);
  const waiting = retryWaitMs + (run.pausedSince?.reason === 'retry' ? open : 0);
  const totalMs = run.startedAt === null ? null : Math.max(0, now.getTime() - run.startedAt.getTime());
  return {
    totalMs,
    activeMs: totalMs === null ? null : Math.max(0, totalMs - sleeping - waiting),
    sleepingMs: sleeping,
    retryWaitMs: waiting,
    final: false,
    telemetryDelay,
  };
}
