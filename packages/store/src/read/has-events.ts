/**
 * Whether the log holds anything of a subject, folded or not: a workflow whose events still wait has no row yet, and a
 * job never gets one.
 *
 * Reads: one entry of workflow_events at most.
 * Index: workflow_events_subject, once in each partition.
 * Growth: with the number of partitions.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

export function hasEvents(sql: Sql | Tx, key: WorkflowKey) {
  return sql<{ found: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM workflow_events
      WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}
    ) AS found`;
}
