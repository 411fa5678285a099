/**
 * How often workflows failed in a range of time, and with how many kinds of errors, the most frequent first.
 *
 * Reads: rollup_errors of the range.
 * Index: rollup_errors_time (env, minute), which holds all that is read.
 * Growth: as list-error-groups.
 */
import type { Sql, Tx } from '../../client.ts';
import { ERRORS, inRange, isLeft, takenBack, type FailureRange } from './failure-range.ts';

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
    WITH ${takenBack(sql, range, ERRORS)}
    SELECT * FROM (
      SELECT env, service_key AS "serviceKey", workflow_name AS "workflowName", sum(count)::bigint AS count,
        count(*) AS "errorGroups", max(last_minute) AS "lastMinute"
      FROM (
        SELECT error_group, env, service_key, workflow_name, sum(count) AS count,
          max(minute) FILTER (WHERE ${isLeft(sql, ERRORS)}) AS last_minute
        FROM rollup_errors ${inRange(sql, range)}
        GROUP BY error_group, env, service_key, workflow_name
        HAVING sum(count) > 0
      ) AS groups
      GROUP BY env, service_key, workflow_name
    ) AS workflows
    ${after === null ? sql`` : sql`WHERE (-count, env, "serviceKey", "workflowName") > (${-after.count}::bigint, ${after.env}, ${after.serviceKey}, ${after.workflowName})`}
    ORDER BY count DESC, env, "serviceKey", "workflowName"
    LIMIT ${limit}`;
}
