/** What PostgreSQL wrote and read beside its processor time, from its own counters. */
import type { Sql } from '@wm/store';

/** Per event. */
export interface DatabaseWork {
  readonly walBytes: number;
  /** Whole pages in the WAL: the first change of a page after a checkpoint. */
  readonly fullPages: number;
  /** Pages that were not in shared_buffers. */
  readonly pagesRead: number;
}

interface Counters {
  readonly wal: number;
  readonly fullPages: number;
  readonly read: number;
}

/** Starts to count; the function that it returns tells the work since, by a number of events. */
export async function watchWriting(sql: Sql): Promise<(events: number) => Promise<DatabaseWork>> {
  const before = await readCounters(sql);
  return async (events) => {
    const after = await readCounters(sql);
    return {
      walBytes: (after.wal - before.wal) / events,
      fullPages: (after.fullPages - before.fullPages) / events,
      pagesRead: (after.read - before.read) / events,
    };
  };
}

/** Sessions hand their counts in when they idle, within a second. */
async function readCounters(sql: Sql): Promise<Counters> {
  const [row] = await sql<[Counters]>`
    SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal,
           (SELECT wal_fpi FROM pg_stat_wal) AS "fullPages",
           (SELECT blks_read FROM pg_stat_database WHERE datname = current_database()) AS read`;
  return row;
}
