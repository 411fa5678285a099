/**
 * The steps that failed for good in a range of time, the most frequent first; what a workflow caught counts too.
 *
 * Reads: rollup_spans where they are made, else rollup_minutes, of both the rows of steps with a failure; see rollup-ranges.
 * Index: rollup_spans_failed_steps (minutes, start), rollup_minutes_failed_steps (env, minute), which hold only those, and
 *   all that is read.
 * Growth: with the steps that failed and the logarithm of the range, not with how often they failed.
 */
import type { Tx } from '../../client.ts';
import { MINUTE_MS, readMadeSpans, rollupRanges } from '../rollup-ranges.ts';
import { among, FAILED_STEPS, inRange, isLeft, takenBack, type FailureRange } from './failure-range.ts';

export interface FailingStep {
  env: string;
  serviceKey: string;
  workflowName: string;
  stepName: string;
  count: number;
  lastMinute: Date;
}

export type AfterStep = Omit<FailingStep, 'lastMinute'>;

export async function rankFailingSteps(tx: Tx, range: FailureRange, after: AfterStep | null, limit: number) {
  const minutes = {
    from: Math.floor(range.since / MINUTE_MS) * MINUTE_MS,
    to: Math.ceil(range.until / MINUTE_MS) * MINUTE_MS,
  };
  const ranges = rollupRanges(minutes, null, await readMadeSpans(tx, { from: minutes.from, to: range.until }));
  const columns = tx`env, service_key, workflow_name, step_name, failed`;
  const ofSpans = ranges.spans.map(
    ({ width, range: { from, to } }) => tx`
      SELECT ${columns}, last_failed AS last_minute FROM rollup_spans
      WHERE minutes = ${width} AND start >= ${new Date(from)} AND start < ${new Date(to)}
        AND counts_of = 'step' AND failed <> 0 ${among(tx, range)}`,
  );
  const ofMinutes = ranges.minutes.map(
    ({ from, to }) => tx`
      SELECT ${columns}, CASE WHEN ${isLeft(tx, FAILED_STEPS)} THEN minute END FROM rollup_minutes
      ${inRange(tx, { ...range, since: from, until: Math.min(to, range.until) })} AND step_name <> '' AND failed <> 0`,
  );
  const none = tx`SELECT ${columns}, minute AS last_minute FROM rollup_minutes WHERE false`;
  const parts = [...ofSpans, ...ofMinutes].reduce((some, next) => tx`${some} UNION ALL ${next}`, none);
  return tx<FailingStep[]>`
    WITH ${takenBack(tx, range, FAILED_STEPS)}
    SELECT * FROM (
      -- Not in the order of the index, or the planner would sort each environment's rows rather than hash them: four times as long.
      SELECT env COLLATE "C" AS env, service_key AS "serviceKey", workflow_name AS "workflowName", step_name AS "stepName",
        sum(failed)::bigint AS count, max(last_minute) AS "lastMinute"
      FROM (${parts}) AS parts
      GROUP BY 1, 2, 3, 4
      HAVING sum(failed) > 0
    ) AS steps
    ${after === null ? tx`` : tx`WHERE (-count, env, "serviceKey", "workflowName", "stepName") > (${-after.count}::bigint, ${after.env}, ${after.serviceKey}, ${after.workflowName}, ${after.stepName})`}
    ORDER BY count DESC, env, "serviceKey", "workflowName", "stepName"
    LIMIT ${limit}`;
}
