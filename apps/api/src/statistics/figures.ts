/** The counts of a group or a step of time, as every answer shows them. */
import { z } from '@hono/zod-openapi';
import type { RollupRow } from '@wm/store';
import { durationFigures, mergeDurations, readDurationCounts, type DurationCounts } from './duration-counts.ts';

const count = z.int();
const ms = z.int();
const share = z.number().min(0).max(1).nullable();

const durationSchema = z
  .object({ samples: count, mean: ms, p50: ms, p90: ms, p95: ms, p99: ms })
  .openapi('Durations', { description: 'Of those that completed, in milliseconds, right within 2 percent' });

export const figureFields = {
  started: count.openapi({ description: 'Those whose start was lost count at the time of their first event' }),
  completed: count,
  failed: count,
  cancelled: count,
  successRate: share.openapi({ description: 'Completed, of those that completed or failed; null: none did' }),
  throughputPerMinute: z.number().openapi({ description: 'Completed, failed and cancelled, per minute' }),
  retries: count.openapi({ description: 'Retries of steps' }),
  retryRate: z.number().nullable().openapi({ description: 'Retries for each that started; null: none did' }),
  durationMs: durationSchema.nullable(),
};

/** Sums of counts. */
export interface Counts {
  started: number;
  completed: number;
  failed: number;
  cancelled: number;
  retries: number;
  durations: DurationCounts;
}

/** A row of the rollups with its durations read: once, because they are most of what there is to do. */
export function readCounts(row: RollupRow): Omit<RollupRow, 'durations'> & Counts {
  return { ...row, durations: readDurationCounts(row.durations) };
}

export function figures({ started, completed, failed, cancelled, retries, durations }: Counts, rangeMs: number) {
  return {
    started,
    completed,
    failed,
    cancelled,
    successRate: successRate({ completed, failed }),
    throughputPerMinute: rounded((completed + failed + cancelled) / (rangeMs / 60_000)),
    retries,
    retryRate: started > 0 ? rounded(retries / started) : null,
    durationMs: durationFigures(durations),
  };
}

export function successRate({ completed, failed }: { completed: number; failed: number }): number | null {
  return completed + failed > 0 ? rounded(completed / (completed + failed)) : null;
}

/** Sums of rows. */
export function addUp(rows: readonly Counts[]): Counts {
  const sum = (pick: (row: Counts) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  return {
    started: sum((row) => row.started),
    completed: sum((row) => row.completed),
    failed: sum((row) => row.failed),
    cancelled: sum((row) => row.cancelled),
    retries: sum((row) => row.retries),
    durations: rows.length === 1 ? rows[0]!.durations : mergeDurations(rows.map((row) => row.durations)),
  };
}

/** To six digits: more of a quotient says nothing. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
