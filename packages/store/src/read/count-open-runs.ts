/**
 * How many runs are not over, by environment and status, and by service and name where that is asked.
 *
 * Reads: the index alone; from the table those only that changed since it was last vacuumed there, each on a page of its own.
 * Index: workflows_open, partial on runs that are not over, which knows service, name and status.
 * Growth: with the open runs that are asked for, not with what is stored: 5,000 take about 2 ms, and 5 if all just changed.
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
