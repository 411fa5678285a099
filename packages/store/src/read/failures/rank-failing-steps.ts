/**
 * The steps that failed for good in a range of time, the most frequent first; what a workflow caught counts too.
 *
 * Reads: rollup_spans where they are made, else rollup_minutes, of both the rows of steps with a failure; see rollup-ranges.
 * Index: rollup_spans_failed_steps (minutes, start), rollup_minutes_failed_steps (env, minute), which hold only those, and
 *   all that is read.
 * Growth: with the steps that failed and the logarithm of the range, not with how often they failed.
 */
import type { Tx } from '../../client.ts';
import { among, inRange, madeOf, rangesOf, type FailureRange } from './failure-range.ts';

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
  const ranges = rangesOf(range, await madeOf(tx, range), null);
  const columns = tx`env, service_key, workflow_name, step_name, failed`;
  const ofSpans = ranges.spans.map(
    ({ width, range: { from, to } }) => tx`
      SELECT ${columns}, last_failed AS last_minute FROM rollup_spans
      WHERE minutes = ${width} AND start >= ${new Date(from)} AND start < ${new Date(to)}
        AND counts_of = 'step' AND failed <> 0 ${among(tx, range)}`,
  );
  const ofMinutes = ranges.minutes.map(
    ({ from, to }) => tx`
      SELECT ${columns}, CASE WHEN ${isLeft(tx)} THEN minute END FROM rollup_minutes
      ${inRange(tx, { ...range, since: from, until: to })} AND step_name <> '' AND failed <> 0`,
  );
  const none = tx`SELECT ${columns}, minute AS last_minute FROM rollup_minutes WHERE false`;
  const parts = [...ofSpans, ...ofMinutes].reduce((some, next) => tx`${some} UNION ALL ${next}`, none);
  return tx<FailingStep[]>`
    WITH ${takenBack(tx, range)}
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

/**
 * A CTE named `taken_back`: the minutes of the range of which nothing is left, because slots cancel out. Without it every minute
 * would have to be added up by itself before the last of many is known, which took four fifths of the time.
 *
 * Reads: the slots below zero, which are few, and for each the others of its minute.
 * Index: rollup_minutes_taken_back; the primary key.
 */
function takenBack(tx: Tx, range: FailureRange) {
  const keys = tx`env, service_key, workflow_name, step_name, minute`;
  return tx`taken_back AS MATERIALIZED (
    SELECT ${keys} FROM (
      SELECT DISTINCT ${keys} FROM rollup_minutes ${inRange(tx, range)} AND step_name <> '' AND failed < 0
    ) AS below
    CROSS JOIN LATERAL (
      SELECT sum(slots.failed) AS rest FROM rollup_minutes AS slots
      WHERE (slots.env, slots.service_key, slots.workflow_name, slots.step_name, slots.minute)
        = (below.env, below.service_key, below.workflow_name, below.step_name, below.minute)
    ) AS left_over
    WHERE rest <= 0
  )`;
}

/** A condition on a row: something is left of its minute. */
function isLeft(tx: Tx) {
  // As a rule nothing was taken back: then no row has to be looked for.
  return tx`(failed > 0 AND (NOT EXISTS (SELECT FROM taken_back)
    OR (env, service_key, workflow_name, step_name, minute) NOT IN (SELECT * FROM taken_back)))`;
}
