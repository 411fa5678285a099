/**
 * How often workflows failed in a range of time, and with how many kinds of errors, the most frequent first.
 *
 * Reads, index: see failure-parts.
 * Growth: with the workflows that failed, and for those of the page with their kinds of errors.
 */
import type { Tx } from '../../client.ts';
import { workflowParts } from './failure-parts.ts';
import { madeOf, rangesOf, type FailureRange } from './failure-range.ts';

export interface WorkflowFailures {
  env: string;
  serviceKey: string;
  workflowName: string;
  count: number;
  errorGroups: number;
  lastMinute: Date;
}

export type AfterWorkflow = Pick<WorkflowFailures, 'env' | 'serviceKey' | 'workflowName' | 'count'>;

export async function countFailuresByWorkflow(tx: Tx, range: FailureRange, after: AfterWorkflow | null, limit: number) {
  const ranges = rangesOf(range, await madeOf(tx, range), null);
  return tx<WorkflowFailures[]>`
    WITH parts AS MATERIALIZED (${workflowParts(tx, range, ranges)}), page AS MATERIALIZED (
      SELECT row_number() OVER (ORDER BY count DESC, env, service_key, workflow_name) AS place, * FROM (
        SELECT env, service_key, workflow_name, sum(count::float8) AS count, max(last_minute) AS last_minute
        FROM parts GROUP BY env, service_key, workflow_name
      ) AS workflows
      ${after === null ? tx`` : tx`WHERE (-count, env, service_key, workflow_name) > (${-after.count}::float8, ${after.env}, ${after.serviceKey}, ${after.workflowName})`}
      ORDER BY place
      LIMIT ${limit}
    ), kinds AS (
      -- By one number in place of three names: most of the time goes into telling the groups apart.
      SELECT place, count(DISTINCT error_group) AS error_groups
      FROM (
        SELECT place, unnest(error_groups) AS error_group FROM page JOIN parts USING (env, service_key, workflow_name)
      ) AS each
      GROUP BY place
    )
    SELECT env, service_key AS "serviceKey", workflow_name AS "workflowName", count::bigint, error_groups AS "errorGroups",
      last_minute AS "lastMinute"
    FROM page JOIN kinds USING (place)
    ORDER BY place`;
}
