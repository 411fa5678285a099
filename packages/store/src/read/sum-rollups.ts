import type { Tx } from '../client.ts';
import { readRollups, type RollupQuestion } from './read-rollups.ts';
import { readMadeSpans, rollupRanges, type TimeRange } from './rollup-ranges.ts';

/**
 * Reads the rollups of a range from whatever is made of it, on one snapshot: what readRollups says of its cost holds.
 *
 * @param question the series begins with the range
 */
export async function sumRollups(
  tx: Tx,
  range: TimeRange,
  { stepMs, ...question }: Omit<RollupQuestion, 'ranges' | 'series'> & { stepMs: number | null },
) {
  const ranges = rollupRanges(range, stepMs, await readMadeSpans(tx, range));
  const series = stepMs === null ? null : { from: range.from, stepMs };
  return readRollups(tx, { ...question, ranges, series });
}
