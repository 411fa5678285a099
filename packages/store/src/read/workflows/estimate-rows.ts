/**
 * How many runs fit a filter, as the planner estimates it from its statistics.
 *
 * Reads: nothing but statistics.
 * Index: none.
 * Growth: not at all.
 */
import type { Sql, Tx } from '../../client.ts';
import { scopeConditions } from '../scope.ts';
import { allOf } from './pick-rows.ts';
import type { Condition, WorkflowFilter } from './workflow-filter.ts';

/** One row, whose plan has the estimate. */
export function estimateRows(
  sql: Sql | Tx,
  filter: WorkflowFilter,
  envs: readonly string[],
  conditions: readonly Condition[],
) {
  return sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }[]>`
    EXPLAIN (FORMAT JSON)
    SELECT FROM workflows
    WHERE env = ANY(${[...envs]}) ${scopeConditions(sql, filter.scope)}
      ${allOf(
        sql,
        conditions.filter(({ part }) => part !== 'envs'),
      )}`;
}
