/** Which rows of the rollups answer for which part of a time range: the widest spans that are made and fit, minutes elsewhere. */
import type { Tx } from '../client.ts';
import { NARROWEST, SPAN_WIDTHS, type SpanWidth } from '../rollups/span-widths.ts';

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
  spans: { width: SpanWidth; range: TimeRange }[];
  minutes: TimeRange[];
}

export interface MadeSpans {
  /** Spans that end by then are made; null: none. */
  until: number | null;
  /** Beginnings of quarters of an hour that are made but have changed since, for any service. */
  late: readonly number[];
}

/**
 * What is made of the spans of a range, by the snapshot of this transaction, the rest of which goes along indexes and by
 * itself: spans of one range lie together in the order of time, which the planner does not know. It would rather go through all
 * of them, or start two workers, which takes longer than reading some hundred rows.
 *
 * Reads: rollup_progress, one row; rollup_late, which upkeep empties every half minute. Growth: with late events.
 */
export async function readMadeSpans(tx: Tx, { from, to }: TimeRange): Promise<MadeSpans> {
  const [[progress], late] = await Promise.all([
    tx<{ until: number | null }[]>`
      SELECT CASE WHEN isfinite(made_until) THEN (extract(epoch FROM made_until) * 1000)::bigint END AS until,
        set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)
      FROM rollup_progress`,
    tx<{ start: number }[]>`
      SELECT DISTINCT (extract(epoch FROM start) * 1000)::bigint AS start FROM rollup_late
      WHERE start > ${new Date(from)}::timestamptz - ${NARROWEST} * interval '1 minute' AND start < ${new Date(to)}`,
  ]);
  return { until: progress?.until ?? null, late: late.map(({ start }) => start) };
}

/**
 * @param range whole minutes
 * @param stepMs of a series over the range: no row may reach over the end of a step; null: one sum
 * @param seriesFrom where a step begins, ms
 */
export function rollupRanges(
  range: TimeRange,
  stepMs: number | null,
  made: MadeSpans,
  seriesFrom = range.from,
): RollupRanges {
  const madeUntil = made.until ?? -Infinity;
  const spans: RollupRanges['spans'] = [];
  let rest = [range];
  for (const width of SPAN_WIDTHS.toReversed()) {
    const widthMs = width * MINUTE_MS;
    if (stepMs !== null && (stepMs % widthMs !== 0 || seriesFrom % widthMs !== 0)) continue;
    const good = rest.flatMap(({ from, to }) => {
      const whole = inside({ from, to: Math.min(to, madeUntil) }, widthMs);
      return whole === null ? [] : without(whole, made.late, widthMs);
    });
    spans.push(...good.map((each) => ({ width, range: each })));
    rest = rest.flatMap((each) => outside(each, good));
  }
  return { spans, minutes: rest };
}

/** The whole spans of a width inside a range. */
function inside({ from, to }: TimeRange, width: number): TimeRange | null {
  const first = Math.ceil(from / width) * width;
  const last = Math.floor(to / width) * width;
  return last > first ? { from: first, to: last } : null;
}

/** A range without the spans of a width in which any of these times lies. */
function without(range: TimeRange, times: readonly number[], width: number): TimeRange[] {
  const starts = new Set(times.map((at) => Math.floor(at / width) * width));
  return outside(
    range,
    [...starts].toSorted((a, b) => a - b).map((from) => ({ from, to: from + width })),
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
