/**
 * How often errors of some groups happened over a range, in equal parts of time.
 *
 * Reads, index: see failure-parts.
 * Growth: with the parts in which there was one; with the minutes where a part is no whole quarter of an hour.
 */
import type { Tx } from '../../client.ts';
import type { RollupRanges } from '../rollup-ranges.ts';
import { AT, COUNT, GROUP, groupParts } from './failure-parts.ts';
import type { FailureRange } from './failure-range.ts';

/** @returns by group the counts of parts in which there was one. Part 0 is the one in which the range begins */
export async function readErrorTrends(
  tx: Tx,
  range: FailureRange,
  ranges: RollupRanges,
  groups: readonly string[],
  partMs: number,
): Promise<Map<string, Map<number, number>>> {
  const first = Math.floor(range.since / partMs);
  const parts = groupParts(tx, range, ranges, { error_group: GROUP, at: AT, count: COUNT }, groups);
  // date_part and not extract, which counts in decimal; one row for each group, because a row costs the client more than its parts.
  const rows = await tx<{ errorGroup: string; trend: string }[]>`
    SELECT error_group AS "errorGroup", string_agg(part || ':' || count, ',') AS trend
    FROM (
      SELECT error_group, (floor(date_part('epoch', at) * 1000 / ${partMs}::float8) - ${first}::float8)::int AS part,
        sum(count::float8)::bigint AS count
      FROM (${parts}) AS parts
      GROUP BY 1, 2
    ) AS counts
    GROUP BY error_group`;
  return new Map(rows.map(({ errorGroup, trend }) => [errorGroup, new Map(trend.split(',').map(countOf))]));
}

function countOf(part: string): [part: number, count: number] {
  const colon = part.indexOf(':');
  return [Number(part.slice(0, colon)), Number(part.slice(colon + 1))];
}
