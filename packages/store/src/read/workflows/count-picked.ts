/**
 * How many rows of a small source fit a filter.
 *
 * Reads: workflows, all rows of the source.
 * Index: that of the source.
 * Growth: with the source, which the caller knows to be small.
 */
import type { Sql, Tx } from '../../client.ts';
import { scopeConditions } from '../scope.ts';
import { inLane, laneTable, type Lanes } from './list-lanes.ts';
import type { ListSource } from './list-source.ts';
import { allOf } from './pick-rows.ts';
import type { Condition, WorkflowFilter } from './workflow-filter.ts';

/** One row. */
export function countPicked(
  sql: Sql | Tx,
  source: ListSource,
  lanes: Lanes,
  filter: WorkflowFilter,
  conditions: readonly Condition[],
) {
  return sql<{ count: number }[]>`
    SELECT count(*) AS count FROM ${laneTable(sql, lanes)}
    CROSS JOIN LATERAL (
      SELECT FROM (SELECT * FROM workflows ${inLane(sql, source, filter)} OFFSET 0) AS workflows
      WHERE true ${scopeConditions(sql, filter.scope)} ${allOf(sql, conditions)}
    ) AS picked`;
}
