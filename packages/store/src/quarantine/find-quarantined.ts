import type { Sql, Tx } from '../client.ts';
import { scopeConditions } from '../read/scope.ts';
import type { ReadScope } from '../read/scope.ts';
import type { QuarantineState } from './quarantine-filter.ts';
import { stateColumn, summaryColumns } from './summary-columns.ts';
import type { QuarantineSummary } from './summary-columns.ts';

export interface QuarantineEntry extends QuarantineSummary {
  /** Its JSON text as it came; the beginning of it where rawCut is set. */
  raw: string;
  /** The request was no valid UTF-8, and characters of the text stand for its bytes. */
  bytesReplaced: boolean;
}

/** What somebody did to an entry. */
export interface QuarantineAction {
  action: 'redrive' | 'discard';
  outcome: 'stored' | 'duplicate' | 'rejected' | 'discarded';
  /** Why it was discarded, or why rejected again. */
  detail: string | null;
  /** The id in the log under which it is stored now. */
  eventId: string | null;
  /** Another text than the one that was kept went through. */
  mended: boolean;
  /** The id of the API key, `cli`, or `anyone` with AUTH=off. */
  actor: string;
  actedAt: Date;
}

/** One entry with its text, by the primary key; null where the scope does not reach it. */
export async function findQuarantined(sql: Sql | Tx, id: string, scope: ReadScope): Promise<QuarantineEntry | null> {
  const [row] = await sql<(QuarantineSummary & { raw: Buffer; bytesReplaced: boolean })[]>`
    SELECT ${summaryColumns(sql)}, raw, bytes_replaced AS "bytesReplaced"
    FROM quarantined_events WHERE id = ${id} ${scopeConditions(sql, scope)}`;
  return row === undefined ? null : { ...row, raw: row.raw.toString() };
}

/** What was done to an entry, oldest first. By quarantine_actions_entry; people act, so there are few. */
export function listQuarantineActions(sql: Sql | Tx, id: string) {
  return sql<QuarantineAction[]>`
    SELECT action, outcome, detail, event_id AS "eventId", mended, actor, acted_at AS "actedAt"
    FROM quarantine_actions WHERE quarantine_id = ${id} ORDER BY id`;
}

/** By the primary key; null where the scope does not reach the entry. */
export async function findQuarantineState(
  sql: Sql | Tx,
  id: string,
  scope: ReadScope,
): Promise<QuarantineState | null> {
  const [row] = await sql<{ state: QuarantineState }[]>`
    SELECT ${stateColumn(sql)} FROM quarantined_events WHERE id = ${id} ${scopeConditions(sql, scope)}`;
  return row?.state ?? null;
}
