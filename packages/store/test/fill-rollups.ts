/** Fills the rollups of some weeks by SQL, for tests of what a question about them costs. */
import type { Sql } from '../src/client.ts';
import { makeSpans } from '../src/rollups/make-spans.ts';

/**
 * Inserts counts and durations of `days` days up to now: three environments, ten services with two workflows each, three
 * steps each, every name in every third minute or so; then makes spans, and brings the statistics up to date.
 */
export async function fillRollups(sql: Sql, days: number): Promise<void> {
  const names = sql`
    FROM generate_series(date_trunc('minute', now()) - ${days} * interval '1 day', date_trunc('minute', now()), interval '1 minute')
        WITH ORDINALITY AS m(minute, n),
      unnest(ARRAY['production', 'staging', 'dev']) WITH ORDINALITY AS e(env, e),
      generate_series(1, 10) AS s, generate_series(1, 2) AS w, unnest(ARRAY['', 'a', 'b', 'c']) AS step
    WHERE (n * 7 + s * 13 + w * 5) % (e * 20) = 0`;
  await sql`
    INSERT INTO rollup_minutes (minute, env, service_key, workflow_name, step_name, slot, started, completed)
    SELECT minute, env, 'service-' || s, 'workflow-' || w, step, 0, 3, 2 ${names}`;
  await sql`
    INSERT INTO rollup_durations (minute, env, service_key, workflow_name, step_name, bucket, slot, count)
    SELECT minute, env, 'service-' || s, 'workflow-' || w, step, 100 + n % 60, 0, 2 ${names}`;
  await sql`VACUUM (ANALYZE) rollup_minutes, rollup_durations`;
  while ((await makeSpans(sql))?.more === true);
  await sql`VACUUM (ANALYZE) rollup_spans`;
}
