/** Fills a store with many workflows by SQL, for tests of what a read costs. */
import type { Sql } from '../src/client.ts';

/**
 * Inserts `count` workflows of a realistic skew: three environments (80, 15 and 5 %), twenty services of which few
 * dominate, 2 % failed, 1 % cancelled, 1 % running, 0.5 % paused, every twentieth one run a second time; then brings the
 * statistics up to date.
 */
export async function fillWorkflows(sql: Sql, count: number): Promise<void> {
  await sql`
    WITH numbers AS (
      SELECT n, CASE WHEN n % 100 < 80 THEN 'production' WHEN n % 100 < 95 THEN 'staging' ELSE 'dev' END AS env,
        'service-' || floor(20 * ((n * 7919 % 10007) / 10007.0) ^ 3) AS service_key,
        md5(n::text) || md5((n + 1)::text) AS workflow_id,
        CASE WHEN n * 31 % 1000 < 20 THEN 'failed' WHEN n * 31 % 1000 < 30 THEN 'cancelled' WHEN n * 31 % 1000 < 40 THEN 'running'
          WHEN n * 31 % 1000 < 45 THEN 'paused' ELSE 'completed' END AS status,
        timestamptz '2026-01-01' + n / 4 * interval '500 milliseconds' AS at
      FROM generate_series(1, ${count}::bigint) AS n
    ), runs AS (
      SELECT *, 1 AS run, n % 20 <> 0 AS latest FROM numbers
      UNION ALL
      SELECT n, env, service_key, workflow_id, status, at + interval '1 hour', 2, true FROM numbers WHERE n % 20 = 0
    )
    INSERT INTO workflows (id, env, service_key, workflow_id, run, latest, workflow_name, execution_id, status,
      running_steps, completed_steps, completed_step_count, total_steps_executed, error_step_inferred,
      queued_at, started_at, completed_at, failed_at, cancelled_at, duration_ms, sleeping_ms, retry_wait_ms, gaps, anomalies,
      event_count, sort_at, first_event_at, first_event_id, last_event_at, last_event_id, fold_state, contribution,
      projection_version, input)
    SELECT gen_random_uuid(), env, service_key, workflow_id, run, latest, 'workflow-' || n % 50, 'order-' || n, status::workflow_status,
      '{}', '{a,b,c}', 3, 3, false, null, at,
      CASE status WHEN 'completed' THEN at + interval '3 seconds' END,
      CASE status WHEN 'failed' THEN at + interval '3 seconds' END,
      CASE status WHEN 'cancelled' THEN at + interval '3 seconds' END,
      CASE WHEN status IN ('completed', 'failed', 'cancelled') THEN 3000 + n % 1000 END,
      0, 0, '{}', '{}', 8, at, at, gen_random_uuid(), at + interval '3 seconds', gen_random_uuid(), '{}', '[]', 1,
      jsonb_build_object('n', n)
    FROM runs`;
  await sql`VACUUM (ANALYZE) workflows`;
}
