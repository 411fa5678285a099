/**
 * How many runs are not over, by environment, service, name and status.
 *
 * Reads: workflows that are open, and their status from the table.
 * Index: workflows_open, partial on those.
 * Growth: with the open runs, not with what is stored: 15,000 take about 15 ms.
 */
import type { WorkflowStatus } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { anyOf } from './any-of.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

export interface OpenRuns {
  env: string;
  serviceKey: string;
  workflowName: string;
  status: WorkflowStatus;
  runs: number;
}

/** The newest run of each workflow only: an older one that never ended is over without a word. */
export function countOpenRuns(sql: Sql | Tx, scope: ReadScope, envs: readonly string[]) {
  return sql<OpenRuns[]>`
    SELECT env, service_key AS "serviceKey", workflow_name AS "workflowName", status, count(*) AS runs
    FROM workflows
    WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest
      ${scopeConditions(sql, scope)}
      ${anyOf(sql, sql`env`, envs)}
    GROUP BY env, service_key, workflow_name, status`;
}
