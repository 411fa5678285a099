/**
 * Asks for the rollups of services to be counted again. Rows that were lost or damaged took the record of their
 * contribution with them, so that folding them again cannot take it back.
 *
 * Skips from service to service along the primary keys of `workflows` and of the rollups: grows with the services.
 */
import type { Sql } from '../client.ts';
import { scopeCondition } from '../verify/next-workflow-keys.ts';

const TABLES = ['workflows', 'rollup_minutes', 'rollup_durations', 'rollup_errors'] as const;

/** @returns how many services were asked for */
export async function requestRecounts(
  sql: Sql,
  { env, serviceKey }: { env?: string | undefined; serviceKey?: string | undefined },
): Promise<number> {
  const services = TABLES.map((table) => `SELECT env, service_key FROM (${servicesOf(table)}) ${table}`).join(
    ' UNION ',
  );
  const rows = await sql`
    INSERT INTO recount_requests (env, service_key)
    SELECT env, service_key FROM (${sql.unsafe(services)}) services
    WHERE true ${scopeCondition(sql, { env, serviceKey })}
    ORDER BY env, service_key
    ON CONFLICT (env, service_key) DO UPDATE
    SET not_before = EXCLUDED.not_before, failures = 0, error = NULL
    RETURNING 1`;
  return rows.length;
}

function servicesOf(table: (typeof TABLES)[number]): string {
  return `
    WITH RECURSIVE found AS (
      (SELECT env, service_key FROM ${table} ORDER BY env, service_key LIMIT 1)
      UNION ALL
      SELECT n.env, n.service_key
      FROM found f
      CROSS JOIN LATERAL (
        SELECT env, service_key FROM ${table} t
        WHERE (t.env, t.service_key) > (f.env, f.service_key) ORDER BY env, service_key LIMIT 1
      ) n
    )
    SELECT env, service_key FROM found`;
}
