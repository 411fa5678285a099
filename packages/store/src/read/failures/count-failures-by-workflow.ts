/**
 * How often workflows failed in a range of time, and with how many kinds of errors, the most frequent first.
 *
 * Reads: rollup_errors of the range.
 * Index: rollup_errors_time (env, minute).
 * Growth: as list-error-groups.
 */
import type { Sql, Tx } from '../../client.ts';
import { inRange, type FailureRange } from './failure-range.ts';

export interface WorkflowFailures {
  env: string;
  serviceKey: string;
  workflowName: string;
  count: number;
  errorGroups: number;
  lastMinute: Date;
}

export type AfterWorkflow = Pick<WorkflowFailures, 'env' | 'serviceKey' | 'workflowName' | 'count'>;

export function countFailuresByWorkflow(
  sql: Sql | Tx,
  range: FailureRange,
  after: AfterWorkflow | null,
  limit: number,
) {
  return sql<WorkflowFailures[]>`
    SELECT * FROM (
      SELECT env, service_key AS "serviceKey", workflow_name AS "workflowName", sum(count)::bigint AS count,
        count(DISTINCT error_group) AS "errorGroups", max(minute) AS "lastMinute"
      FROM (
        SELECT error_group, env, service_key, workflow_name, minute, sum(count) AS count
        FROM rollup_errors ${inRange(sql, range)}
        GROUP BY error_group, env, service_key, workflow_name, minute
        HAVING sum(count) > 0
      ) AS minutes
      GROUP BY env, service_key, workflow_name
    ) AS workflows
    ${after === null ? sql`` : sql`WHERE (-count, env, "serviceKey", "workflowName") > (${-after.count}::bigint, ${after.env}, ${after.serviceKey}, ${after.workflowName})`}
    ORDER BY count DESC, env, "serviceKey", "workflowName"
    LIMIT ${limit}`;
}
