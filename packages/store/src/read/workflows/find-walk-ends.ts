/**
 * Where the walks through a source stopped, in the lanes that go on behind.
 *
 * Reads: workflows, or only the index, as far as the walks went.
 * Index: that of the source.
 * Growth: with the walk.
 */
import type { Sql, Tx } from '../../client.ts';
import { keyColumns, type Keyed } from './list-order.ts';
import { inLane, laneTable, walked, type Lanes, type LaneWalk } from './list-lanes.ts';
import type { ListSource } from './list-source.ts';
import type { WorkflowFilter } from './workflow-filter.ts';

/** The last row of each walk that was cut short by its bound; none for a lane that was walked to its end. */
export function findWalkEnds(sql: Sql | Tx, source: ListSource, lanes: Lanes, filter: WorkflowFilter, walk: LaneWalk) {
  return sql<Keyed<unknown>[]>`
    SELECT reached.* FROM ${laneTable(sql, lanes)}
    CROSS JOIN LATERAL (
      SELECT workflows.id ${keyColumns(sql, walk.order)} FROM workflows ${inLane(sql, source, filter)}
      ${walked(sql, walk)} OFFSET ${walk.rows - 1} LIMIT 1
    ) AS reached`;
}
