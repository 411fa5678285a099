/**
 * The inputs, outputs and results that events carried.
 *
 * Reads: workflow_events, one row per event asked for.
 * Index: the primary key (id, event_timestamp), once in each partition of the time that they lie in and for each event: in
 *   all partitions the 5,000 results of a run were looked for seventeen times.
 * Growth: with the events asked for, and the size of their values.
 */
import type { Sql, Tx } from '../client.ts';

export interface LoggedValue {
  id: string;
  value: unknown;
}

/** @param range the first and the last time of these events, milliseconds since the epoch */
export function readLoggedValues(sql: Sql | Tx, ids: readonly string[], range: { from: number; to: number }) {
  return sql<LoggedValue[]>`
    SELECT id,
      CASE WHEN payload ? 'input' THEN payload -> 'input' WHEN payload ? 'output' THEN payload -> 'output'
        ELSE payload -> 'result' END AS value
    FROM workflow_events
    WHERE id = ANY(${[...ids]}::uuid[])
      AND event_timestamp BETWEEN ${new Date(range.from)}::timestamptz AND ${new Date(range.to)}::timestamptz`;
}
