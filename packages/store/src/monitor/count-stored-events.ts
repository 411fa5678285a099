/**
 * How many events were ever written to the log, for the pace of ingest: two answers make a rate.
 *
 * Reads: what PostgreSQL itself counts of each partition of workflow_events; it is about a second behind.
 * Index: none; one entry for each partition.
 * Growth: with the months stored. Begins anew when somebody resets the server's statistics.
 */
import type { Sql } from '../client.ts';

export async function countStoredEvents(sql: Sql): Promise<number> {
  const [row] = await sql<{ stored: number }[]>`
    SELECT coalesce(sum(n_tup_ins), 0)::bigint AS stored
    FROM pg_partition_tree('workflow_events') p JOIN pg_stat_user_tables s USING (relid)
    WHERE p.isleaf`;
  return row?.stored ?? 0;
}
