/**
 * Pages through the keys of all workflows that have events or rows.
 *
 * Two ranges in key order: of the unique index of `workflows`, and of workflow_events_subject in every partition, each
 * cut at the page's size. Grows with the page, and with the events that the page's workflows have.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql } from '../client.ts';

export interface VerifyScope {
  env?: string | undefined;
  serviceKey?: string | undefined;
  /** Only workflows with an event at or after this time. */
  since?: Date | undefined;
}

/** @param after the last key of the page before; null for the first page */
export async function nextWorkflowKeys(
  sql: Sql,
  { env = '', serviceKey = '', since }: VerifyScope,
  after: WorkflowKey | null,
  limit: number,
): Promise<WorkflowKey[]> {
  const from = since?.toISOString() ?? '-infinity';
  const position = after === null ? ['', '', ''] : [after.env, after.serviceKey, after.workflowId];
  return sql<WorkflowKey[]>`
    SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId"
    FROM (
      (SELECT DISTINCT env, service_key, workflow_id FROM workflows
       WHERE (env, service_key, workflow_id) > (${position[0]!}, ${position[1]!}, ${position[2]!})
         AND (${env} = '' OR env = ${env}) AND (${serviceKey} = '' OR service_key = ${serviceKey})
         AND last_event_at >= ${from}::text::timestamptz
       ORDER BY env, service_key, workflow_id LIMIT ${limit})
      UNION
      (SELECT DISTINCT env, service_key, workflow_id FROM workflow_events
       WHERE (env, service_key, workflow_id) > (${position[0]!}, ${position[1]!}, ${position[2]!})
         AND (${env} = '' OR env = ${env}) AND (${serviceKey} = '' OR service_key = ${serviceKey})
         AND event_timestamp >= ${from}::text::timestamptz
       ORDER BY env, service_key, workflow_id LIMIT ${limit})
    ) keys
    ORDER BY env, service_key, workflow_id
    LIMIT ${limit}`;
}
