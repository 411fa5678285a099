/**
 * The steps that failed for good in a range of time, the most frequent first; what a workflow caught counts too.
 *
 * Reads: rollup_minutes of the range, the rows of steps with a failure.
 * Index: rollup_minutes_failed_steps (env, minute), which holds only those.
 * Growth: with the minutes of the range in which a step failed, times the steps that failed in them.
 */
import type { Sql, Tx } from '../../client.ts';
import { inRange, type FailureRange } from './failure-range.ts';

export interface FailingStep {
  env: string;
  serviceKey: string;
  workflowName: string;
  stepName: string;
  count: number;
  lastMinute: Date;
}

export type AfterStep = Omit<FailingStep, 'lastMinute'>;

export function rankFailingSteps(sql: Sql | Tx, range: FailureRange, after: AfterStep | null, limit: number) {
  return sql<FailingStep[]>`
    SELECT * FROM (
      SELECT env, service_key AS "serviceKey", workflow_name AS "workflowName", step_name AS "stepName",
        sum(failed)::bigint AS count, max(minute) AS "lastMinute"
      FROM (
        SELECT env, service_key, workflow_name, step_name, minute, sum(failed) AS failed
        FROM rollup_minutes ${inRange(sql, range)} AND step_name <> '' AND failed <> 0
        GROUP BY env, service_key, workflow_name, step_name, minute
        HAVING sum(failed) > 0
      ) AS minutes
      GROUP BY env, service_key, workflow_name, step_name
    ) AS steps
    ${after === null ? sql`` : sql`WHERE (-count, env, "serviceKey", "workflowName", "stepName") > (${-after.count}::bigint, ${after.env}, ${after.serviceKey}, ${after.workflowName}, ${after.stepName})`}
    ORDER BY count DESC, env, "serviceKey", "workflowName", "stepName"
    LIMIT ${limit}`;
}
