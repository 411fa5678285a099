/**
 * Finds workflows whose events have waited longer than they should, for the sweeper: the longest waiting of each service
 * first, services taking turns, so that one service's backlog does not hide another's few events.
 *
 * Reads at most 20,000 entries of pending_events_received_at, oldest first. Grows with the backlog up to that bound.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql } from '../client.ts';

export async function findStaleWorkflows(sql: Sql, olderThanMs: number, limit: number): Promise<WorkflowKey[]> {
  return sql<WorkflowKey[]>`
    SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId"
    FROM (
      SELECT env, service_key, workflow_id, min(received_at) AS since,
             row_number() OVER (PARTITION BY env, service_key ORDER BY min(received_at)) AS turn
      FROM (
        SELECT env, service_key, workflow_id, received_at
        FROM pending_events
        WHERE received_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
        ORDER BY received_at
        LIMIT 20000
      ) oldest
      GROUP BY env, service_key, workflow_id
    ) waiting
    ORDER BY turn, since
    LIMIT ${limit}`;
}
