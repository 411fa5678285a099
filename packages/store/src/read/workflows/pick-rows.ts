/**
 * Rows of one source that fit a filter, in an order.
 *
 * Reads: workflows, the rows that are walked over or, without a walk, all that lie in the source; what a filter by step
 *   looks at of workflow_steps.
 * Index: that of the source, see list-source.ts. With a walk the rows come in its order, and no more are looked at than
 *   the walk allows.
 * Growth: with the walk, or with the source.
 */
import type { Sql, Tx } from '../../client.ts';
import { runSummaryColumns, type RunSummary } from '../run-columns.ts';
import { scopeConditions } from '../scope.ts';
import {
  behind,
  keyColumns,
  orderBy,
  type Keyed,
  type OrderKey,
  type OrderPosition,
  type SortDirection,
} from './list-order.ts';
import { inLane, laneTable, walked, type Lanes, type LaneWalk } from './list-lanes.ts';
import type { ListSource } from './list-source.ts';
import type { Condition, WorkflowFilter } from './workflow-filter.ts';

export interface WorkflowListRow extends RunSummary {
  /** Cut off after MESSAGE_LENGTH characters; the detail has it whole. */
  errorMessage: string | null;
}

/** Error messages can be hundreds of kilobytes; a list shows their beginning. */
const MESSAGE_LENGTH = 500;

export interface Picking {
  source: ListSource;
  lanes: Lanes;
  /** null: all of the source. */
  walk: LaneWalk | null;
  filter: WorkflowFilter;
  conditions: readonly Condition[];
  keys: readonly OrderKey[];
  direction: SortDirection;
  after: OrderPosition | null;
  limit: number;
}

/** Up to `limit` rows after `after`. */
export function pickRows(sql: Sql | Tx, picking: Picking) {
  const { source, lanes, walk, filter, conditions, keys, direction, after, limit } = picking;
  return sql<Keyed<WorkflowListRow>[]>`
    SELECT page.* FROM ${laneTable(sql, lanes)}
    CROSS JOIN LATERAL (
      SELECT ${runSummaryColumns(sql)}, left(error_message, ${MESSAGE_LENGTH}) AS "errorMessage" ${keyColumns(sql, keys)}
      FROM (
        SELECT * FROM (
          SELECT * FROM workflows ${inLane(sql, source, filter)}
          ${walk === null ? sql`OFFSET 0` : sql`${walked(sql, walk)} LIMIT ${walk.rows}`}
        ) AS workflows
        WHERE true ${scopeConditions(sql, filter.scope)} ${allOf(sql, conditions)} ${behind(sql, keys, direction, after)}
        ${orderBy(sql, keys, direction)}
        LIMIT ${limit}
      ) AS workflows
    ) AS page
    ${mergeOrder(sql, keys, direction)}
    LIMIT ${limit}`;
}

/** Numbers compare as numbers, times as text of one width. */
function mergeOrder(sql: Sql | Tx, keys: readonly OrderKey[], direction: SortDirection) {
  const way = direction === 'desc' ? sql`DESC` : sql`ASC`;
  const columns = keys.map(({ kind }, nth) => {
    const column = sql`page.${sql(`key${nth}`)}`;
    return kind === 'time' ? sql`${column} COLLATE "C" ${way},` : sql`${column} ${way},`;
  });
  return sql`ORDER BY ${columns.reduce((all, one) => sql`${all} ${one}`, sql``)} page.id ${way}`;
}

export function allOf(sql: Sql | Tx, conditions: readonly Condition[]) {
  return conditions.map((condition) => sql`AND ${condition.sql}`).reduce((all, one) => sql`${all} ${one}`, sql``);
}
