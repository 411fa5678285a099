/** Fills the log with many events by SQL, for tests of what a read costs. */
import type { Sql } from '../src/client.ts';

/**
 * Inserts `workflows` workflows of five events each, over the months of a year, and one workflow, `long`, of 10,000; then
 * brings the statistics up to date.
 */
export async function fillEvents(sql: Sql, workflows: number): Promise<void> {
  await sql`
    WITH subjects AS (
      SELECT md5(n::text) AS workflow_id, n AS first, 5 AS events FROM generate_series(1, ${workflows}::int) AS n
      UNION ALL
      SELECT 'long', 0, 10000
    )
    INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload, source, processed)
    SELECT gen_random_uuid(), 'step.started', workflow_id, 'processOrder', 'production', 'orders',
      now() - (first % 365 + n % 300) * interval '1 day' + n * interval '1 second', jsonb_build_object('stepName', 'step-' || n % 10), 'workflow', true
    FROM subjects, generate_series(1, events) AS n`;
  await sql`VACUUM (ANALYZE) workflow_events`;
}
