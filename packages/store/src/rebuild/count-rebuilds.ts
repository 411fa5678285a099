/**
 * Counts the requests that are left, for a command that follows them. Scans rebuild_requests or its range of the scope,
 * and recount_requests: grows with what is left, a million rows take about 0.1 s.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql } from '../client.ts';
import { scopeCondition } from '../verify/next-workflow-keys.ts';
import type { VerifyScope } from '../verify/next-workflow-keys.ts';

export interface RebuildsLeft {
  workflows: number;
  /** Services whose rollups are still to be counted again. */
  services: number;
  /** Those among both that failed three times or more. They are tried again every few minutes. */
  failing: number;
  /** One of them, with its error. */
  example: (Omit<WorkflowKey, 'workflowId'> & { workflowId: string | null; error: string }) | null;
}

export async function countRebuilds(
  sql: Sql,
  scope: Pick<VerifyScope, 'env' | 'serviceKey' | 'workflowId'>,
): Promise<RebuildsLeft> {
  const { env, serviceKey } = scope;
  const [row] = await sql<RebuildsLeft[]>`
    WITH left_over AS (
      SELECT env, service_key, workflow_id, failures, error FROM rebuild_requests
      WHERE true ${scopeCondition(sql, scope)}
      UNION ALL
      SELECT env, service_key, NULL, failures, error FROM recount_requests
      WHERE true ${scopeCondition(sql, { env, serviceKey })}
    )
    SELECT count(workflow_id) AS workflows, count(*) - count(workflow_id) AS services,
           count(*) FILTER (WHERE failures >= 3) AS failing,
           (SELECT json_build_object('env', env, 'serviceKey', service_key, 'workflowId', workflow_id, 'error', error)
            FROM left_over WHERE failures >= 3 LIMIT 1) AS example
    FROM left_over`;
  return row!;
}
