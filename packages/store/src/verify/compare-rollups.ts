/**
 * Compares the rollups with a recount of the contributions of all runs and steps, in one statement and so at one
 * moment: both change in the same transaction.
 *
 * Scans workflows, workflow_steps and the three rollup tables, or their ranges of one service: it grows with everything
 * stored there. All of it is meant for tests and for a night check, not for a busy hour.
 */
import type { Sql, Tx } from '../client.ts';
import { scopeCondition } from './next-workflow-keys.ts';

export interface RollupDifference {
  /** Minute, names and measure of the count. */
  count: string;
  stored: number;
  recounted: number;
}

/** @param service only what is counted for this one; everything where absent */
export async function compareRollups(
  sql: Sql | Tx,
  service: { env?: string; serviceKey?: string } = {},
): Promise<RollupDifference[]> {
  const within = sql`true ${scopeCondition(sql, service)}`;
  return sql<RollupDifference[]>`
    WITH contributions AS (
      SELECT env, service_key, workflow_name, contribution FROM workflows WHERE ${within}
      UNION ALL
      SELECT s.env, s.service_key, w.workflow_name, s.contribution
      FROM workflow_steps s JOIN workflows w USING (env, service_key, workflow_id, run)
      WHERE ${within}
    ), recounted AS (
      SELECT (jsonb_build_array(c.env, c.service_key, c.workflow_name, e."stepName", e.minute, e.measure, e.bucket,
                               e."errorGroup"))::text AS what, sum(e.count) AS count
      FROM contributions c
      CROSS JOIN LATERAL jsonb_to_recordset(
        CASE WHEN jsonb_typeof(c.contribution) = 'array' THEN c.contribution ELSE '[]' END)
        AS e(measure text, minute bigint, "stepName" text, count bigint, bucket integer, "errorGroup" text)
      GROUP BY 1
    ), stored AS (
      SELECT (jsonb_build_array(env, service_key, workflow_name, step_name, extract(epoch FROM at)::bigint / 60, measure,
                               bucket, error_group))::text AS what, sum(count) AS count
      FROM (
        SELECT r.env, r.service_key, r.workflow_name, r.step_name, r.minute AS at, m.measure, NULL::integer AS bucket,
               NULL::text AS error_group, m.count
        FROM rollup_minutes r
        CROSS JOIN LATERAL (VALUES ('started', r.started), ('completed', r.completed), ('failed', r.failed),
                                   ('cancelled', r.cancelled), ('retries', r.retries)) AS m(measure, count)
        WHERE ${within}
        UNION ALL
        SELECT env, service_key, workflow_name, step_name, minute, 'duration', bucket, NULL, count FROM rollup_durations
        WHERE ${within}
        UNION ALL
        SELECT env, service_key, workflow_name, '', minute, 'error', NULL, error_group, count FROM rollup_errors
        WHERE ${within}
      ) counts
      GROUP BY 1
      HAVING sum(count) <> 0
    )
    SELECT what AS "count", coalesce(s.count, 0)::bigint AS "stored", coalesce(r.count, 0)::bigint AS "recounted"
    FROM stored s FULL JOIN recounted r USING (what)
    WHERE coalesce(s.count, 0) <> coalesce(r.count, 0)`;
}
