/**
 * The environments that have workflows.
 *
 * Reads: one entry of workflows for each environment.
 * Index: workflows_sort (env, …), skipping from each environment to the next greater one.
 * Growth: with the number of environments.
 */
import type { Sql, Tx } from '../../client.ts';

export function findEnvironments(sql: Sql | Tx) {
  return sql<{ env: string }[]>`
    WITH RECURSIVE found AS (
      SELECT min(env) AS env FROM workflows
      UNION ALL
      SELECT (SELECT min(env) FROM workflows WHERE env > found.env) FROM found WHERE found.env IS NOT NULL
    )
    SELECT env FROM found WHERE env IS NOT NULL`;
}
