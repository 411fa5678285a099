/** Entries of the quarantine that somebody works on, locked until the transaction ends. */
import type { Tx } from '../client.ts';
import type { PagePosition } from '../read/position.ts';
import { scopeConditions } from '../read/scope.ts';
import type { ReadScope } from '../read/scope.ts';
import { filterConditions, stateCondition } from './quarantine-filter.ts';
import type { QuarantineFilter, QuarantineState } from './quarantine-filter.ts';
import { stateColumn } from './summary-columns.ts';

export interface LockedEntry {
  id: string;
  state: QuarantineState;
  raw: Buffer;
  rawCut: boolean;
  bytesReplaced: boolean;
}

const columns = (tx: Tx) => tx`
  id, raw, raw_cut AS "rawCut", bytes_replaced AS "bytesReplaced", ${stateColumn(tx)}`;

/** One entry in any state, by the primary key, after waiting for whoever works on it; null where the scope does not reach it. */
export async function lockEntry(tx: Tx, id: string, scope: ReadScope): Promise<LockedEntry | null> {
  const [row] = await tx<LockedEntry[]>`
    SELECT ${columns(tx)} FROM quarantined_events WHERE id = ${id} ${scopeConditions(tx, scope)} FOR UPDATE`;
  return row ?? null;
}

/**
 * Those of a page that are still open and that nobody else works on, oldest first. By quarantined_events_open: the times
 * of the page bound what is read of it.
 */
export async function lockPicked(tx: Tx, page: readonly PickedEntry[]): Promise<readonly LockedEntry[]> {
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return [];
  return tx<LockedEntry[]>`
    SELECT ${columns(tx)} FROM quarantined_events
    WHERE received_at BETWEEN ${first.receivedAt} AND ${last.receivedAt}
      AND id = ANY(${page.map((entry) => entry.id)}::uuid[]) ${stateCondition(tx, 'open')}
    ORDER BY received_at, id
    FOR UPDATE SKIP LOCKED`;
}

/** Bytes of text after which a page ends early: texts are up to 16 MB, and a page is held in memory. */
const PAGE_BYTES = 8 * 1024 * 1024;

export interface PickedEntry {
  id: string;
  receivedAt: Date;
  /** How many the query met, one beyond the page at most. */
  found: number;
}

/**
 * Up to `limit` open entries, oldest first; fewer, but at least one, where their texts are large. Takes no lock.
 * Index and growth: as listQuarantined.
 */
export function pickOpenEntries(tx: Tx, filter: QuarantineFilter, after: PagePosition | null, limit: number) {
  return tx<PickedEntry[]>`
    SELECT id, received_at AS "receivedAt", found
    FROM (
      SELECT id, received_at, count(*) OVER () AS found,
        row_number() OVER in_order AS number,
        coalesce(sum(bytes) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
      FROM (
        SELECT id, received_at, octet_length(raw) AS bytes FROM quarantined_events
        WHERE true ${filterConditions(tx, filter, 'open')}
          ${after === null ? tx`` : tx`AND (received_at, id) > (${new Date(after.at)}::timestamptz, ${after.id}::uuid)`}
        ORDER BY received_at, id
        LIMIT ${limit + 1}
      ) AS next_entries
      WINDOW in_order AS (ORDER BY received_at, id)
    ) AS measured
    WHERE number <= ${limit} AND bytes_before <= ${PAGE_BYTES}
    ORDER BY received_at, id`;
}
