/**
 * How many events lie in the quarantine and were not sent through again since.
 *
 * Reads: quarantined_events.
 * Index: none yet.
 * Growth: with the quarantine. A reject is kept once however often it comes, so it stays small next to the log.
 */
import type { Sql, Tx } from '../client.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

/** One row. A limited scope does not count rejects that name no environment or service. */
export function countQuarantined(sql: Sql | Tx, scope: ReadScope) {
  return sql<{ quarantined: number }[]>`
    SELECT count(*) AS quarantined FROM quarantined_events WHERE redriven_at IS NULL ${scopeConditions(sql, scope)}`;
}
