import postgres from 'postgres';
import type { Sql, Tx } from './client.ts';
import { inTransaction } from './in-transaction.ts';

const MONTHS_BACK = 13;
const MONTHS_AHEAD = 2;
/** Any fixed number: one process at a time makes partitions. */
const PARTITION_LOCK = 7_300_017_002;
/** While ATTACH waits for its lock, others queue behind it: it waits briefly and comes again. */
/**
 * Room for the processed mark beside each event, so that it stays within the page: measured with 50 and with 70, 81 and 31 % of
 * the marks did, a mark cost 9 and 12.5 µs, an event 1,790 and 2,299 bytes of WAL and 1,445 and 1,583 of the table.
 */
const FILLFACTOR = 50;
const LOCK_TIMEOUT = '100ms';
const TRIES = 30;

/** A partition of workflow_events, by event_timestamp: from (inclusive) to (exclusive), as PostgreSQL reads times. */
interface Range {
  table: string;
  /** null: from the beginning of time. */
  from: string | null;
  to: string;
}

/**
 * Makes the missing month partitions of workflow_events, from 13 months before `now` to 2 after it, and returns the
 * names of those it made. Safe to call from several processes at once, and while events come in.
 *
 * The first call on a database also makes workflow_events_past for everything before those months, so that the default
 * partition holds hardly more than times of the far future: each ATTACH scans it under a lock (measured: 3.3 s with
 * 2 million old events in it, 0.02 s without).
 *
 * A month of which the default partition already holds rows stays there: no row is ever moved. So does a month whose
 * lock could not be had in time; the next call tries again. Either is said through `log`. Inserts work in all cases,
 * because the default partition takes what has no other place.
 */
export async function ensurePartitions(sql: Sql, now: Date, log: (line: string) => void = () => {}): Promise<string[]> {
  const missing = await missingRanges(sql, wantedRanges(now));
  if (missing.length === 0) return [];
  const taken = await monthsInDefault(sql);
  const created: string[] = [];
  for (const range of missing) {
    const outcome = taken.has(range.table) ? 'occupied' : await createWithRetries(sql, range);
    if (outcome === 'created') created.push(range.table);
    if (outcome === 'occupied') {
      log(
        `No partition ${range.table}: events of that time already have another place and stay there. Nothing is lost.`,
      );
    }
    if (outcome === 'locked') {
      log(
        `No partition ${range.table} yet: a long transaction holds the event log. ` +
          'Events of that time go to the default partition, nothing is lost; the next upkeep tries again.',
      );
    }
  }
  return created;
}

function wantedRanges(now: Date): Range[] {
  const months = Array.from({ length: MONTHS_BACK + 1 + MONTHS_AHEAD }, (_, index) => {
    const month = now.getUTCMonth() - MONTHS_BACK + index;
    const from = new Date(Date.UTC(now.getUTCFullYear(), month, 1)).toISOString();
    const to = new Date(Date.UTC(now.getUTCFullYear(), month + 1, 1)).toISOString();
    return { table: `workflow_events_${from.slice(0, 7).replace('-', '_')}`, from, to };
  });
  return [{ table: 'workflow_events_past', from: null, to: months[0]!.from }, ...months];
}

async function missingRanges(sql: Sql | Tx, ranges: Range[]): Promise<Range[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT child.relname AS name
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'workflow_events'::regclass`;
  const present = new Set(rows.map((row) => row.name));
  return ranges.filter((range) => !present.has(range.table));
}

/** The partitions that rows of the default one would belong to. One scan of it, which blocks nobody. */
async function monthsInDefault(sql: Sql): Promise<Set<string>> {
  const rows = await sql<{ name: string }[]>`
    SELECT DISTINCT 'workflow_events_' || to_char(event_timestamp AT TIME ZONE 'UTC', 'YYYY_MM') AS name
    FROM workflow_events_default`;
  return new Set(rows.map((row) => row.name));
}

type Outcome = 'created' | 'present' | 'occupied' | 'locked';

async function createWithRetries(sql: Sql, range: Range): Promise<Outcome> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      return await inTransaction(sql, (tx) => createPartition(tx, range));
    } catch (error) {
      switch (error instanceof postgres.PostgresError ? error.code : '') {
        case '23514': // check_violation: the default partition holds a row of that time
        case '42P17': // invalid_object_definition: another partition covers that time
          return 'occupied';
        case '55P03': // lock_not_available
        case '40P01': // deadlock_detected
          await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 150));
          break;
        default:
          throw error;
      }
    }
  }
  return 'locked';
}

/**
 * A table of its own first, then ATTACH: CREATE TABLE … PARTITION OF locks the whole log against inserts, ATTACH only
 * the default partition. With the matching CHECK the new table is not scanned.
 */
async function createPartition(tx: Tx, range: Range): Promise<Outcome> {
  await tx`SELECT pg_advisory_xact_lock(${PARTITION_LOCK})`;
  if ((await missingRanges(tx, [range])).length === 0) return 'present';
  const { table, from, to } = range;
  const check = `${from === null ? '' : `event_timestamp >= '${from}' AND `}event_timestamp < '${to}'`;
  await tx.unsafe(`
    SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';
    CREATE TABLE ${table} (LIKE workflow_events INCLUDING ALL, CONSTRAINT ${table}_range CHECK (${check}))
      WITH (fillfactor = ${FILLFACTOR});
    ALTER TABLE workflow_events ATTACH PARTITION ${table}
      FOR VALUES FROM (${from === null ? 'MINVALUE' : `'${from}'`}) TO ('${to}');`);
  return 'created';
}
