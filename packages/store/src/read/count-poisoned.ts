/**
 * How many events the projection could not hold: every fold skips them until someone looks.
 *
 * Reads: workflow_events with a processing_error.
 * Index: workflow_events_poisoned, partial on those events.
 * Growth: with the number of poisoned events and partitions.
 */
import type { Sql, Tx } from '../client.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

/** One row. */
export function countPoisoned(sql: Sql | Tx, scope: ReadScope) {
  return sql<{ poisoned: number }[]>`
    SELECT count(*) AS poisoned FROM workflow_events WHERE processing_error IS NOT NULL ${scopeConditions(sql, scope)}`;
}
