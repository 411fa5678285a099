/** What an event leaves on disk, by table and index. */
import type { Sql } from '@wm/store';

export interface StoredPart {
  /** Partitions count as their table, their indexes as those of the table. */
  readonly table: string;
  /** `heap`, `toast` (values stored out of line), or the name of an index. */
  readonly part: string;
  readonly bytesPerEvent: number;
}

/** Everything that holds at least half a byte per event, the tables with most first. */
export async function readStoredBytes(sql: Sql, events: number): Promise<StoredPart[]> {
  return sql<StoredPart[]>`
    WITH tables AS (
      SELECT c.oid, coalesce(p.inhparent, c.oid)::regclass::text AS name, c.reltoastrelid
      FROM pg_class c LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    ), parts AS (
      SELECT t.name AS "table", k.part, k.bytes
      FROM tables t CROSS JOIN LATERAL (VALUES
        ('heap', pg_table_size(t.oid) - coalesce(pg_total_relation_size(nullif(t.reltoastrelid, 0)), 0)),
        ('toast', coalesce(pg_total_relation_size(nullif(t.reltoastrelid, 0)), 0))) AS k(part, bytes)
      UNION ALL
      SELECT t.name, coalesce(p.inhparent, i.indexrelid)::regclass::text, pg_relation_size(i.indexrelid)
      FROM tables t JOIN pg_index i ON i.indrelid = t.oid LEFT JOIN pg_inherits p ON p.inhrelid = i.indexrelid
    ), sums AS (
      SELECT "table", part, sum(bytes)::float8 / ${events}::bigint AS "bytesPerEvent" FROM parts GROUP BY 1, 2
    )
    SELECT * FROM sums WHERE "bytesPerEvent" >= 0.5
    ORDER BY sum("bytesPerEvent") OVER (PARTITION BY "table") DESC, "table", part <> 'heap', "bytesPerEvent" DESC`;
}
