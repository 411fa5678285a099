/**
 * Counters of the whole pipeline that outlive its processes, summed over their slots.
 *
 * Reads: all of pipeline_counters.
 * Index: none; the table has a few rows per worker slot.
 * Growth: not at all.
 */
import type { Sql, Tx } from '../client.ts';

/** One row per counter that was ever raised. */
export function readPipelineCounters(sql: Sql | Tx) {
  return sql<{ name: string; value: number }[]>`
    SELECT name, sum(value)::bigint AS value FROM pipeline_counters GROUP BY name`;
}
