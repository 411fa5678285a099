/** How much room the store takes. */
import type { Sql } from '@wm/store';

export interface TableSize {
  /** Partitions count as their table. */
  readonly table: string;
  readonly rows: number;
  /** On disk, without and with indexes and what is stored out of line. */
  readonly heapBytes: number;
  readonly totalBytes: number;
  /** `totalBytes` for each event in the log. */
  readonly bytesPerEvent: number;
}

/** Tables of ours with rows, largest first. Statistics must be fresh. */
export async function readSizes(sql: Sql, events: number): Promise<TableSize[]> {
  return sql<TableSize[]>`
    SELECT "table", sum(rows)::bigint AS rows, sum(heap)::bigint AS "heapBytes", sum(total)::bigint AS "totalBytes",
           round(sum(total) / ${events}::bigint)::integer AS "bytesPerEvent"
    FROM (
      SELECT coalesce(i.inhparent::regclass, c.oid::regclass)::text AS "table", greatest(c.reltuples, 0)::bigint AS rows,
             pg_relation_size(c.oid) AS heap, pg_total_relation_size(c.oid) AS total
      FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    ) sizes
    GROUP BY 1 HAVING sum(rows) > 0 ORDER BY 4 DESC`;
}
