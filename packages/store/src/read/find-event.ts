/**
 * Where an event of a workflow stands.
 *
 * Reads: one row of workflow_events.
 * Index: the primary key (id, event_timestamp), once in each partition.
 * Growth: with the number of partitions.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

export interface EventPlace {
  id: string;
  type: string;
  timestamp: Date;
  /** false: no fold takes it; it is a job's, or could not be written to the projection. */
  folded: boolean;
}

/** No row: the workflow has no such event. */
export function findEvent(sql: Sql | Tx, key: WorkflowKey, id: string) {
  return sql<EventPlace[]>`
    SELECT id, event_type AS "type", event_timestamp AS "timestamp",
      source = 'workflow' AND processing_error IS NULL AS folded
    FROM workflow_events
    WHERE id = ${id} AND env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}`;
}
