/**
 * How often errors of some groups happened over a range, in equal parts of it.
 *
 * Reads: rollup_errors of the range.
 * Index: rollup_errors_time (env, minute).
 * Growth: as list-error-groups.
 */
import type { Sql, Tx } from '../../client.ts';
import { inRange, type FailureRange } from './failure-range.ts';

/** Only parts in which there was one. `part` counts from 0, the minute that the range begins with. */
export function readErrorTrends(sql: Sql | Tx, range: FailureRange, groups: readonly string[], partMs: number) {
  // date_part and not extract, which counts in decimal.
  return sql<{ errorGroup: string; part: number; count: number }[]>`
    SELECT error_group AS "errorGroup",
      floor(date_part('epoch', minute - date_trunc('minute', ${new Date(range.since)}::timestamptz)) * 1000 / ${partMs}::float8)::int AS part,
      sum(count)::bigint AS count
    FROM rollup_errors ${inRange(sql, range)} AND error_group = ANY(${[...groups]})
    GROUP BY 1, 2
    HAVING sum(count) > 0
    ORDER BY 1, 2`;
}
