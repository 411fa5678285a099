/**
 * What a row adds to the rollups. A contribution is stored with its row; when the row changes, the stored one is
 * subtracted and the new one added, so that rollups stay exact through late events, refolds and changes of code.
 */
import type { RunRow, StepRow } from './state.ts';
import { durationBucket } from './duration-histogram.ts';

export type Measure = 'started' | 'completed' | 'failed' | 'cancelled' | 'retries' | 'duration' | 'error';

export interface ContributionEntry {
  measure: Measure;
  /** Minutes since the epoch: each count stands in the minute of its own event. */
  minute: number;
  /** '' for the workflow itself. */
  stepName: string;
  count: number;
  /** Histogram bucket, with measure 'duration' only. */
  bucket?: number;
  /** Fingerprint of the error, with measure 'error' only. */
  errorGroup?: string;
}

export type Contribution = ContributionEntry[];

export function minuteOf(at: number): number {
  return Math.floor(at / 60_000);
}

/**
 * What a run adds: its start, its terminal, its duration when it completed, its error when it failed. A run whose start
 * was lost counts as started at the time it is listed under: it did run.
 */
export function runContribution(run: RunRow): Contribution {
  const entries: Contribution = [];
  const startedAt = run.startedAt ?? (run.gaps.includes('start') ? run.sortAt : null);
  if (startedAt !== null) entries.push(once('started', startedAt));
  if (run.status === 'completed' && run.completedAt !== null) {
    entries.push(once('completed', run.completedAt));
    if (run.durationMs !== null)
      entries.push({
        ...once('duration', run.completedAt),
        bucket: durationBucket(run.durationMs),
      });
  }
  if (run.status === 'failed' && run.failedAt !== null) {
    entries.push(once('failed', run.failedAt));
    if (run.errorGroup !== null) entries.push({ ...once('error', run.failedAt), errorGroup: run.errorGroup });
  }
  if (run.status === 'cancelled' && run.cancelledAt !== null) entries.push(once('cancelled', run.cancelledAt));
  return entries;
}

/** What a step adds: its start, its end, its duration when it completed, and its retries (to its workflow as well). */
export function stepContribution(step: StepRow): Contribution {
  const { stepName } = step;
  const entries: Contribution = [];
  if (step.startedAt !== null) entries.push(once('started', step.startedAt, stepName));
  if (step.completedAt !== null && (step.status === 'completed' || step.status === 'failed')) {
    entries.push(once(step.status, step.completedAt, stepName));
    if (step.status === 'completed' && step.totalDurationMs !== null) {
      entries.push({
        ...once('duration', step.completedAt, stepName),
        bucket: durationBucket(step.totalDurationMs),
      });
    }
  }
  for (const [minute, count] of countByMinute(step.retryMinutes)) {
    entries.push({ measure: 'retries', minute, stepName, count }, { measure: 'retries', minute, stepName: '', count });
  }
  return entries;
}

function once(measure: Measure, at: number, stepName = ''): ContributionEntry {
  return { measure, minute: minuteOf(at), stepName, count: 1 };
}

function countByMinute(minutes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const minute of minutes) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  return counts;
}
