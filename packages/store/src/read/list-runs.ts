/**
 * The runs of one workflow id, newest first.
 *
 * Reads: workflows, one row per run shown.
 * Index: the unique key (env, service_key, workflow_id, run), backwards from the cursor.
 * Growth: with the page.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { runSummaryColumns, type RunSummary } from './run-columns.ts';

/** Up to `limit` runs with a number below `before` (null: from the newest on). */
export function listRuns(sql: Sql | Tx, key: WorkflowKey, before: number | null, limit: number) {
  return sql<RunSummary[]>`
    SELECT ${runSummaryColumns(sql)}
    FROM workflows
    WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}
      ${before === null ? sql`` : sql`AND run < ${before}`}
    ORDER BY run DESC
    LIMIT ${limit}`;
}
