/** Which rows of the rollups answer for which part of a time range: days and hours where they are made, minutes elsewhere. */
import type { Tx } from '../client.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** From `from` on, before `to`; milliseconds since the epoch. */
export interface TimeRange {
  from: number;
  to: number;
}

/** They cover the range asked for, each moment once. */
export interface RollupRanges {
  days: TimeRange[];
  hours: TimeRange[];
  minutes: TimeRange[];
}

export interface MadeHours {
  /** Hours before this are made; null: none. */
  until: number | null;
  /** Beginnings of hours that are made but have changed since, for any service. */
  late: readonly number[];
}

/**
 * What is made of the hours of a range, by the snapshot of this transaction.
 *
 * Reads: rollup_progress, one row; rollup_late, which upkeep empties every half minute. Growth: with late events.
 */
export async function readMadeHours(tx: Tx, { from, to }: TimeRange): Promise<MadeHours> {
  const [[progress], late] = await Promise.all([
    tx<{ until: number | null }[]>`
      SELECT CASE WHEN isfinite(hours_until) THEN (extract(epoch FROM hours_until) * 1000)::bigint END AS until
      FROM rollup_progress`,
    tx<{ hour: number }[]>`
      SELECT DISTINCT (extract(epoch FROM hour) * 1000)::bigint AS hour FROM rollup_late
      WHERE hour > ${new Date(from - HOUR_MS)} AND hour < ${new Date(to)}`,
  ]);
  return { until: progress?.until ?? null, late: late.map(({ hour }) => hour) };
}

/**
 * @param range whole minutes
 * @param stepMs of a series over the range, from its beginning: no row may reach over the end of a step; null: one sum
 */
export function rollupRanges(range: TimeRange, stepMs: number | null, made: MadeHours): RollupRanges {
  const whole = (width: number): boolean => stepMs === null || (stepMs % width === 0 && range.from % width === 0);
  const madeUntil = made.until ?? -Infinity;
  const hours = whole(HOUR_MS) ? inside({ from: range.from, to: Math.min(range.to, madeUntil) }, HOUR_MS) : null;
  const goodHours = hours === null ? [] : without(hours, made.late, HOUR_MS);
  const lateDays = made.late.map((hour) => Math.floor(hour / DAY_MS) * DAY_MS);
  const days = whole(DAY_MS) && hours !== null ? inside(hours, DAY_MS) : null;
  const goodDays = days === null ? [] : without(days, lateDays, DAY_MS);
  return {
    days: goodDays,
    hours: goodHours.flatMap((hour) => outside(hour, goodDays)),
    minutes: outside(range, goodHours),
  };
}

/** The whole spans of a width inside a range. */
function inside({ from, to }: TimeRange, width: number): TimeRange | null {
  const first = Math.ceil(from / width) * width;
  const last = Math.floor(to / width) * width;
  return last > first ? { from: first, to: last } : null;
}

/** A range without the spans that begin at these times. */
function without(range: TimeRange, starts: readonly number[], width: number): TimeRange[] {
  const sorted = [...new Set(starts)].toSorted((a, b) => a - b);
  return outside(
    range,
    sorted.map((from) => ({ from, to: from + width })),
  );
}

/** What of a range lies in none of these, which are sorted and apart. */
function outside(range: TimeRange, holes: readonly TimeRange[]): TimeRange[] {
  const parts: TimeRange[] = [];
  let { from } = range;
  for (const hole of holes) {
    if (hole.to <= from || hole.from >= range.to) continue;
    if (hole.from > from) parts.push({ from, to: hole.from });
    from = hole.to;
  }
  if (from < range.to) parts.push({ from, to: range.to });
  return parts;
}
