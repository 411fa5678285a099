/**
 * How many events lie in the quarantine, neither redriven nor discarded.
 *
 * Reads: quarantined_events.
 * Index: quarantined_events_open, which holds only those.
 * Growth: with what is open. A reject is kept once however often it comes, so it stays small next to the log.
 */
import type { Sql, Tx } from '../client.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

/** One row. A limited scope does not count rejects that name no environment or service. */
export function countQuarantined(sql: Sql | Tx, scope: ReadScope) {
  return sql<{ quarantined: number }[]>`
    SELECT count(*) AS quarantined FROM quarantined_events
    WHERE redriven_at IS NULL AND discarded_at IS NULL ${scopeConditions(sql, scope)}`;
}
