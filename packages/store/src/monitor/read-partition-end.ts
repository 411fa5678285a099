/**
 * Until when the event log has a partition of its own for every month, from the present one on.
 *
 * Reads: the catalogue entries of the log's partitions.
 * Growth: with their number, a few dozen.
 */
import type { Sql } from '../client.ts';

/** The beginning of the first month without a partition. In the past or now where even the present month has none. */
export async function readPartitionEnd(sql: Sql): Promise<Date> {
  const [row] = await sql<{ until: Date }[]>`
    SELECT min(month) AT TIME ZONE 'UTC' AS until
    FROM generate_series(
      date_trunc('month', now() AT TIME ZONE 'UTC'),
      date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 years', interval '1 month') AS month
    WHERE NOT EXISTS (
      SELECT FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
      WHERE inhparent = 'workflow_events'::regclass
        AND child.relname = 'workflow_events_' || to_char(month, 'YYYY_MM'))`;
  return row!.until;
}
