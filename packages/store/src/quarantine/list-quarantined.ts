/**
 * A page of the quarantine, newest first, without the texts.
 *
 * Reads: quarantined_events, from the cursor on until the page is full.
 * Index: (received_at, id), of all or of one environment, service or reason; the partial one of what is open.
 * Growth: with the page, where the filter is one of those. A filter of several of them walks over what it drops.
 */
import type { Sql, Tx } from '../client.ts';
import type { PagePosition } from '../read/position.ts';
import { filterConditions } from './quarantine-filter.ts';
import type { QuarantineFilter, QuarantineState } from './quarantine-filter.ts';
import { summaryColumns } from './summary-columns.ts';
import type { QuarantineSummary } from './summary-columns.ts';

/** @param state null: any */
export function listQuarantined(
  sql: Sql | Tx,
  filter: QuarantineFilter,
  state: QuarantineState | null,
  after: PagePosition | null,
  limit: number,
) {
  return sql<QuarantineSummary[]>`
    SELECT ${summaryColumns(sql)}
    FROM quarantined_events
    WHERE true ${filterConditions(sql, filter, state)}
      ${after === null ? sql`` : sql`AND (received_at, id) < (${new Date(after.at)}::timestamptz, ${after.id}::uuid)`}
    ORDER BY received_at DESC, id DESC
    LIMIT ${limit}`;
}
