import type { Sql, Tx } from '../../client.ts';
import { scopeConditions } from '../scope.ts';
import { behind, orderBy, type OrderKey, type OrderPosition, type SortDirection } from './list-order.ts';
import type { ListSource } from './list-source.ts';
import type { WorkflowFilter } from './workflow-filter.ts';

/** The stretches of an index that together hold what is asked for: one for each value of the columns that lead its order. */
export interface Lanes {
  envs: string[];
  latest: boolean[];
  values: string[];
}

export function lanesOf(
  { byEnv, byLatest, lanes }: ListSource,
  filter: WorkflowFilter,
  envs: readonly string[],
): Lanes {
  if (!byEnv) return { envs: [''], latest: [true], values: [''] };
  const latest = byLatest && filter.runs === 'all' ? [true, false] : [true];
  const all = envs.flatMap((env) =>
    latest.flatMap((one) => (lanes?.values ?? ['']).map((value) => ({ env, latest: one, value }))),
  );
  return {
    envs: all.map((lane) => lane.env),
    latest: all.map((lane) => lane.latest),
    values: all.map((lane) => lane.value),
  };
}

/** A FROM item named `lane` with the columns env, latest and value. */
export function laneTable(sql: Sql | Tx, { envs, latest, values }: Lanes) {
  return sql`unnest(${envs}::text[], ${latest.map(String)}::text[]::boolean[], ${values}::text[]) AS lane (env, latest, value)`;
}

/** A WHERE clause: what of `workflows` lies in the source, in the lane of that row of `lane`. */
export function inLane(sql: Sql | Tx, source: ListSource, filter: WorkflowFilter) {
  const { byEnv, byLatest, lanes } = source;
  // Nothing beside its own condition, or the planner would rather go through the index of everything.
  if (!byEnv) return sql`WHERE ${source.conditions(sql)}`;
  return sql`
    WHERE workflows.env = lane.env
      ${byLatest ? sql`AND workflows.latest = lane.latest` : sql``}
      ${lanes === null ? sql`` : sql`AND workflows.${sql(lanes.column)} = lane.value`}
      ${source.conditions(sql)}
      ${scopeInLane(sql, source, filter)}`;
}

/** The environment lies in the lane; a service may. Everywhere else the scope stands beside the filter. */
function scopeInLane(sql: Sql | Tx, { lanes }: ListSource, { scope }: WorkflowFilter) {
  return lanes?.column === 'service_key'
    ? scopeConditions(sql, scope)
    : scopeConditions(sql, { ...scope, serviceKey: null });
}

/** A way through a lane in the order of its index. */
export interface LaneWalk {
  order: readonly OrderKey[];
  direction: SortDirection;
  after: OrderPosition | null;
  /** Rows to walk over in each lane, at most. */
  rows: number;
}

export function walked(sql: Sql | Tx, { order, direction, after }: LaneWalk) {
  return sql`${behind(sql, order, direction, after)} ${orderBy(sql, order, direction)}`;
}
