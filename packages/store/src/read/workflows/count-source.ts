/**
 * How many rows lie in a source, up to a bound.
 *
 * Reads: the index only, where vacuum has been.
 * Index: that of the source.
 * Growth: with the bound.
 */
import type { Sql, Tx } from '../../client.ts';
import { orderBy } from './list-order.ts';
import { inLane, laneTable, type Lanes } from './list-lanes.ts';
import type { ListSource } from './list-source.ts';
import type { WorkflowFilter } from './workflow-filter.ts';

/** One row. Beyond `most` the count is `most` or more, and says no more than that. */
export function countSource(sql: Sql | Tx, source: ListSource, lanes: Lanes, filter: WorkflowFilter, most: number) {
  return sql<{ count: number }[]>`
    SELECT count(*) AS count FROM (
      SELECT FROM ${laneTable(sql, lanes)}
      CROSS JOIN LATERAL (
        SELECT FROM workflows ${inLane(sql, source, filter)} ${orderBy(sql, source.order, 'desc')} LIMIT ${most}
      ) AS entry
      LIMIT ${most}
    ) AS entries`;
}
