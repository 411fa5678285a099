/**
 * How many runs are not over, by environment and status, and by service and name where that is asked.
 *
 * Reads: workflows that are open, and their status from the table.
 * Index: workflows_open, partial on those, which knows service and name: of one service only its own rows are looked at.
 * Growth: with the open runs that are asked for, not with what is stored: 5,000 take about 5 ms.
 */
import type { WorkflowStatus } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { anyOf } from './any-of.ts';
import type { OpenRunFilter } from './judge-open-runs.ts';
import { scopeConditions } from './scope.ts';

export interface OpenRuns {
  env: string;
  /** null: of all services together. */
  serviceKey: string | null;
  /** null: of all names together. */
  workflowName: string | null;
  status: WorkflowStatus;
  runs: number;
}

/**
 * The newest run of each workflow only: an older one that never ended is over without a word.
 *
 * @param by what to tell apart beside environment and status
 */
export function countOpenRuns(
  sql: Sql | Tx,
  { scope, envs, services, names }: OpenRunFilter,
  by: { service: boolean; name: boolean },
) {
  return sql<OpenRuns[]>`
    SELECT env, ${by.service ? sql`service_key` : sql`NULL`} AS "serviceKey", ${by.name ? sql`workflow_name` : sql`NULL`} AS "workflowName",
      status, count(*) AS runs
    FROM workflows
    WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest
      ${scopeConditions(sql, scope)}
      ${anyOf(sql, sql`env`, envs)} ${anyOf(sql, sql`service_key`, services)} ${anyOf(sql, sql`workflow_name`, names)}
    GROUP BY env, ${by.service ? sql`service_key,` : sql``} ${by.name ? sql`workflow_name,` : sql``} status`;
}
