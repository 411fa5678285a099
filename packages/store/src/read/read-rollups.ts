/**
 * Counts and durations of a time range from the rollups, added up by what is asked for.
 *
 * Reads: rollup_spans for days and hours that are made, rollup_minutes and rollup_durations for the rest of the range (its
 *   edges, the last two hours, hours with late events); see rollup-ranges.
 * Index: their primary keys, which begin with the time.
 * Growth: with the names and the days of the range, not with the runs counted. A step of a series that is no whole hour
 *   reads minutes throughout: callers bound such ranges.
 */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';
import type { RollupRanges, TimeRange } from './rollup-ranges.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

export interface RollupFilter {
  scope: ReadScope;
  /** Any of these; empty: no limit. As all lists here. */
  envs: readonly string[];
  services: readonly string[];
  names: readonly string[];
  steps: readonly string[];
}

const COLUMNS = { env: 'env', service: 'service_key', name: 'workflow_name', step: 'step_name' } as const;
export type RollupDimension = keyof typeof COLUMNS;

export interface RollupQuestion {
  filter: RollupFilter;
  /** Counts of workflows, or of their steps. */
  of: 'workflows' | 'steps';
  ranges: RollupRanges;
  groupBy: readonly RollupDimension[];
  /** A row for each step of a series that begins at `from`; null: one for the whole range. Milliseconds. */
  series: { from: number; stepMs: number } | null;
  /** Whether durations are wanted: they are most of the bytes. */
  durations: boolean;
}

export interface RollupRow {
  /** Those asked for; null otherwise. */
  env: string | null;
  service: string | null;
  name: string | null;
  step: string | null;
  /** Number of the step in the series, from 0; 0 without a series. */
  point: number;
  started: number;
  completed: number;
  failed: number;
  cancelled: number;
  retries: number;
  /** 'bucket:count,…', a bucket as often as rows had it; '' where there is none. */
  durations: string;
}

/** In no particular order. Where there is no count at all there is no row. */
export function readRollups(sql: Sql | Tx, question: RollupQuestion) {
  const { groupBy, series } = question;
  const column = (dimension: RollupDimension): Fragment =>
    groupBy.includes(dimension) ? sql`${sql(COLUMNS[dimension])}` : sql`NULL::text`;
  const point =
    series === null
      ? sql`0`
      : sql`floor((extract(epoch FROM at) * 1000 - ${series.from}::bigint) / ${series.stepMs}::bigint)::integer`;
  return sql<RollupRow[]>`
    SELECT ${column('env')} AS env, ${column('service')} AS service, ${column('name')} AS name,
      ${column('step')} AS step, ${point} AS point,
      sum(started)::bigint AS started, sum(completed)::bigint AS completed, sum(failed)::bigint AS failed,
      sum(cancelled)::bigint AS cancelled, sum(retries)::bigint AS retries,
      coalesce(string_agg(durations, ',') FILTER (WHERE durations <> ''), '') AS durations
    FROM (${parts(sql, question)}) parts
    GROUP BY 1, 2, 3, 4, 5`;
}

function parts(sql: Sql | Tx, question: RollupQuestion): Fragment {
  const { ranges, durations } = question;
  const isStep = question.of === 'steps';
  const conditions = filterConditions(sql, question.filter);
  const spans = (hours: 1 | 24, times: readonly TimeRange[]) => sql`
    SELECT start AS at, env, service_key, workflow_name, step_name, started, completed, failed, cancelled, retries,
      ${durations ? sql`durations` : sql`''`} AS durations
    FROM ${timesOf(sql, times)} JOIN rollup_spans ON start >= times.from AND start < times.to
    WHERE hours = ${hours} AND is_step = ${isStep} ${conditions}`;
  const ofMinutes = isStep ? sql`step_name > ''` : sql`step_name = ''`;
  const counts = sql`
    SELECT minute, env, service_key, workflow_name, step_name, started, completed, failed, cancelled, retries, ''
    FROM ${timesOf(sql, ranges.minutes)} JOIN rollup_minutes ON minute >= times.from AND minute < times.to
    WHERE ${ofMinutes} ${conditions}`;
  const buckets = sql`
    SELECT minute, env, service_key, workflow_name, step_name, 0, 0, 0, 0, 0, bucket || ':' || count
    FROM ${timesOf(sql, ranges.minutes)} JOIN rollup_durations ON minute >= times.from AND minute < times.to
    WHERE ${ofMinutes} ${conditions}`;
  return sql`
    ${spans(24, ranges.days)}
    UNION ALL ${spans(1, ranges.hours)}
    UNION ALL ${counts}
    ${durations ? sql`UNION ALL ${buckets}` : sql``}`;
}

function timesOf(sql: Sql | Tx, times: readonly TimeRange[]): Fragment {
  const instants = (pick: (range: TimeRange) => number) => times.map((range) => new Date(pick(range)).toISOString());
  return sql`
    unnest(${instants(({ from }) => from)}::text[]::timestamptz[], ${instants(({ to }) => to)}::text[]::timestamptz[]) AS times("from", "to")`;
}

function filterConditions(sql: Sql | Tx, { scope, envs, services, names, steps }: RollupFilter): Fragment {
  const anyOf = (column: Fragment, values: readonly string[]) =>
    values.length === 0 ? sql`` : sql`AND ${column} = ANY(${[...values]}::text[])`;
  return sql`
    ${scopeConditions(sql, scope)}
    ${anyOf(sql`env`, envs)} ${anyOf(sql`service_key`, services)}
    ${anyOf(sql`workflow_name`, names)} ${anyOf(sql`step_name`, steps)}`;
}
