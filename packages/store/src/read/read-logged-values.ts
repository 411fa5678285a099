/**
 * The inputs, outputs and results that events carried.
 *
 * Reads: workflow_events, one row per event asked for.
 * Index: the primary key (id, event_timestamp), once in each partition and for each event.
 * Growth: with the events asked for, and the size of their values.
 */
import type { Sql, Tx } from '../client.ts';

export interface LoggedValue {
  id: string;
  value: unknown;
}

export function readLoggedValues(sql: Sql | Tx, ids: readonly string[]) {
  return sql<LoggedValue[]>`
    SELECT id,
      CASE WHEN payload ? 'input' THEN payload -> 'input' WHEN payload ? 'output' THEN payload -> 'output'
        ELSE payload -> 'result' END AS value
    FROM workflow_events
    WHERE id = ANY(${[...ids]}::uuid[])`;
}
