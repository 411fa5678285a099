/**
 * Counts the rollups from the contributions of all runs and steps, as a recount would. One scan of `workflows` and
 * `workflow_steps` and one sort per table; grows with everything stored.
 */
import { makeSpans } from '@wm/store';
import type { Sql } from '@wm/store';

const SLOT = 0;
const MINUTE = `timestamptz 'epoch' + minute * interval '1 minute'`;

const COUNTS = `
CREATE UNLOGGED TABLE loaded_counts AS
SELECT c.env, c.service_key, c.workflow_name, e."stepName" AS step_name, e.minute, e.measure, e.count, e.bucket, e."errorGroup" AS error_group
FROM (
  SELECT env, service_key, workflow_name, contribution FROM workflows
  UNION ALL
  SELECT s.env, s.service_key, w.workflow_name, s.contribution
  FROM workflow_steps s JOIN workflows w USING (env, service_key, workflow_id, run)
) c
CROSS JOIN LATERAL jsonb_to_recordset(c.contribution)
  AS e(measure text, minute bigint, "stepName" text, count bigint, bucket smallint, "errorGroup" text)`;

const MINUTES = `
INSERT INTO rollup_minutes (minute, env, service_key, workflow_name, step_name, slot,
                            started, completed, failed, cancelled, retries)
SELECT ${MINUTE}, env, service_key, workflow_name, step_name, ${SLOT},
       coalesce(sum(count) FILTER (WHERE measure = 'started'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'completed'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'failed'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'cancelled'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'retries'), 0)
FROM loaded_counts WHERE measure NOT IN ('duration', 'error')
GROUP BY minute, env, service_key, workflow_name, step_name
ORDER BY minute`;

const DURATIONS = `
INSERT INTO rollup_durations (minute, env, service_key, workflow_name, step_name, bucket, slot, count)
SELECT ${MINUTE}, env, service_key, workflow_name, step_name, bucket, ${SLOT}, sum(count)
FROM loaded_counts WHERE measure = 'duration'
GROUP BY minute, env, service_key, workflow_name, step_name, bucket
ORDER BY minute`;

const ERRORS = `
INSERT INTO rollup_errors (minute, env, service_key, workflow_name, error_group, slot, count)
SELECT ${MINUTE}, env, service_key, workflow_name, error_group, ${SLOT}, sum(count)
FROM loaded_counts WHERE measure = 'error'
GROUP BY minute, env, service_key, workflow_name, error_group
ORDER BY minute`;

/** On rows in order of time, as drains write them. */
export async function fillRollups(sql: Sql): Promise<void> {
  await sql.unsafe(COUNTS);
  await Promise.all([MINUTES, DURATIONS, ERRORS].map((statement) => sql.unsafe(statement)));
  await sql`DROP TABLE loaded_counts`;
}

/** The list of services, from the workflows. */
export async function fillServices(sql: Sql): Promise<void> {
  await sql`
    INSERT INTO services (service_key, environments, created_at, last_event_at)
    SELECT service_key, array_agg(DISTINCT env ORDER BY env), min(created_at), max(updated_at)
    FROM workflows GROUP BY service_key ORDER BY service_key`;
  await sql`
    INSERT INTO service_environments (service_key, env, last_event_at, last_arrival_at, last_delay_ms)
    SELECT service_key, env, max(last_event_at), max(updated_at), 0
    FROM workflows GROUP BY service_key, env ORDER BY service_key, env`;
}

/** Sums of the rollups over spans, as the workers would have made them by now. */
export async function fillSpans(sql: Sql): Promise<void> {
  while ((await makeSpans(sql))?.more === true);
}
