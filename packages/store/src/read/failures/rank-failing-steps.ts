/**
 * The steps that failed for good in a range of time, the most frequent first; what a workflow caught counts too.
 *
 * Reads: rollup_minutes of the range, the rows of steps with a failure.
 * Index: rollup_minutes_failed_steps (env, minute), which holds only those, and all that is read.
 * Growth: with the minutes of the range in which a step failed, times the steps that failed in them.
 */
import type { Sql, Tx } from '../../client.ts';
import { FAILED_STEPS, inRange, isLeft, takenBack, type FailureRange } from './failure-range.ts';

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
    WITH ${takenBack(sql, range, FAILED_STEPS)}
    SELECT * FROM (
      -- Not in the order of the index, or the planner would sort each environment's rows rather than hash them: four times as long.
      SELECT env COLLATE "C" AS env, service_key AS "serviceKey", workflow_name AS "workflowName", step_name AS "stepName",
        sum(failed)::bigint AS count, max(minute) FILTER (WHERE ${isLeft(sql, FAILED_STEPS)}) AS "lastMinute"
      FROM rollup_minutes ${inRange(sql, range)} AND step_name <> '' AND failed <> 0
      GROUP BY 1, 2, 3, 4
      HAVING sum(failed) > 0
    ) AS steps
    ${after === null ? sql`` : sql`WHERE (-count, env, "serviceKey", "workflowName", "stepName") > (${-after.count}::bigint, ${after.env}, ${after.serviceKey}, ${after.workflowName}, ${after.stepName})`}
    ORDER BY count DESC, env, "serviceKey", "workflowName", "stepName"
    LIMIT ${limit}`;
}
