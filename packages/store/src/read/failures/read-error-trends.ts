/**
 * How often errors of some groups happened over a range, in equal parts of time.
 *
 * Reads, index: see failure-parts.
 * Growth: with the parts in which there was one; with the minutes where a part is no whole quarter of an hour.
 */
import type { Tx } from '../../client.ts';
import { AT, COUNT, GROUP, groupParts } from './failure-parts.ts';
import { rangesOf, type FailureRange } from './failure-range.ts';

/** Only parts in which there was one. `part` counts from 0, the one in which the range begins; they begin at multiples of partMs since 1970. */
export async function readErrorTrends(tx: Tx, range: FailureRange, groups: readonly string[], partMs: number) {
  const ranges = await rangesOf(tx, range, partMs);
  const first = Math.floor(range.since / partMs);
  const parts = groupParts(tx, range, ranges, { error_group: GROUP, at: AT, count: COUNT }, groups);
  // date_part and not extract, which counts in decimal.
  return tx<{ errorGroup: string; part: number; count: number }[]>`
    SELECT error_group AS "errorGroup", (floor(date_part('epoch', at) * 1000 / ${partMs}::float8) - ${first}::float8)::int AS part,
      sum(count)::bigint AS count
    FROM (${parts}) AS parts
    GROUP BY 1, 2
    ORDER BY 1, 2`;
}
