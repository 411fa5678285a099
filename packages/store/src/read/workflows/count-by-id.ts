/**
 * How many runs have an id which begins so: workflow id or execution id.
 *
 * Reads: workflows, one row per run found, up to a bound.
 * Index: the unique key (env, service_key, workflow_id, run), skipping over environments and services, and
 *   workflows_execution_id.
 * Growth: with the bound, and with the number of services.
 */
import type { Sql, Tx } from '../../client.ts';
import { scopeConditions, type ReadScope } from '../scope.ts';
import { beginsWith } from './workflow-filter.ts';

/** One row. Up to `most` by each of the two; a run with both counts twice. */
export function countById(sql: Sql | Tx, scope: ReadScope, prefix: string, most: number) {
  return sql<{ count: number }[]>`
    SELECT count(*) AS count FROM (
      (SELECT FROM workflows
       WHERE ${beginsWith(sql, sql`workflow_id`, prefix)} ${scopeConditions(sql, scope)}
       ORDER BY env, service_key, workflow_id, run LIMIT ${most})
      UNION ALL
      (SELECT FROM workflows
       WHERE ${beginsWith(sql, sql`execution_id`, prefix)} ${scopeConditions(sql, scope)}
       ORDER BY execution_id LIMIT ${most})
    ) AS entries`;
}
