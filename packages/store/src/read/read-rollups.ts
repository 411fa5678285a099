/**
 * Counts and durations of a time range from the rollups, added up by what is asked for.
 *
 * Reads: rollup_spans, the widest that are made and fit; rollup_minutes and rollup_durations for the rest of the range
 *   (its edges, the last half hour, what came late); see rollup-ranges.
 * Index: their primary keys, which begin with the time.
 * Growth: with the names and the logarithm of the range, not with the runs counted. A step of a series that is no whole
 *   quarter of an hour reads minutes throughout: callers bound such ranges.
 */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';
import { anyOf } from './any-of.ts';
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
    // Sorted by bytes: by the rules of a language it takes ten times as long.
    groupBy.includes(dimension) ? sql`${sql(COLUMNS[dimension])} COLLATE "C"` : sql`NULL::text`;
  const point =
    series === null
      ? sql`0`
      : sql`floor((date_part('epoch', at) * 1000 - ${series.from}::bigint) / ${series.stepMs}::bigint)::integer`;
  return sql<RollupRow[]>`
    SELECT ${column('env')} AS env, ${column('service')} AS service, ${column('name')} AS name,
      ${column('step')} AS step, ${point} AS point,
      sum(started)::bigint AS started, sum(completed)::bigint AS completed, sum(failed)::bigint AS failed,
      sum(cancelled)::bigint AS cancelled, sum(retries)::bigint AS retries,
      coalesce(string_agg(durations, ',') FILTER (WHERE durations <> ''), '') AS durations
    FROM (${parts(sql, question)}) parts
    GROUP BY 1, 2, 3, 4, 5`;
}

/** A part for each range: with its bounds in the statement the planner knows how little of a table it is. */
function parts(sql: Sql | Tx, question: RollupQuestion): Fragment {
  const { ranges, durations } = question;
  const isStep = question.of === 'steps';
  const conditions = filterConditions(sql, question.filter);
  const counts = sql`started, completed, failed, cancelled, retries`;
  const spans = ({ width, range: { from, to } }: RollupRanges['spans'][number]) => sql`
    SELECT start AS at, env, service_key, workflow_name, step_name, ${counts}, ${durations ? sql`durations` : sql`''`}
    FROM rollup_spans
    WHERE minutes = ${width} AND counts_of = ${countsOf(question)} AND start >= ${new Date(from)} AND start < ${new Date(to)} ${conditions}`;
  const minutes = (table: Fragment, columns: Fragment, { from, to }: TimeRange) => sql`
    SELECT minute, env, service_key, workflow_name, step_name, ${columns}
    FROM ${table}
    WHERE minute >= ${new Date(from)} AND minute < ${new Date(to)}
      AND ${isStep ? sql`step_name > ''` : sql`step_name = ''`} ${conditions}`;
  const all = [
    ...ranges.spans.map((span) => spans(span)),
    ...ranges.minutes.map((range) => minutes(sql`rollup_minutes`, sql`${counts}, ''`, range)),
    ...ranges.minutes
      .filter(() => durations)
      .map((range) => minutes(sql`rollup_durations`, sql`0, 0, 0, 0, 0, bucket || ':' || count`, range)),
  ];
  return all.reduce((some, next) => sql`${some} UNION ALL ${next}`, NOTHING(sql));
}

/** Where no service or name matters, the spans of whole environments answer: some for each quarter of an hour, where there may be hundreds of names. */
export function countsOf({
  of,
  filter,
  groupBy,
}: Pick<RollupQuestion, 'of' | 'filter' | 'groupBy'>): 'env' | 'name' | 'step' {
  if (of === 'steps') return 'step';
  const { scope, services, names } = filter;
  const isOfAll = scope.serviceKey === null && services.length === 0 && names.length === 0;
  return isOfAll && groupBy.every((dimension) => dimension === 'env') ? 'env' : 'name';
}

/** No row: it names the columns, and stands where there is no range. */
const NOTHING = (sql: Sql | Tx): Fragment => sql`
  SELECT now() AS at, '' AS env, '' AS service_key, '' AS workflow_name, '' AS step_name,
    0::bigint AS started, 0::bigint AS completed, 0::bigint AS failed, 0::bigint AS cancelled, 0::bigint AS retries,
    '' AS durations
  WHERE false`;

function filterConditions(sql: Sql | Tx, { scope, envs, services, names, steps }: RollupFilter): Fragment {
  return sql`
    ${scopeConditions(sql, scope)}
    ${anyOf(sql, sql`env`, envs)} ${anyOf(sql, sql`service_key`, services)}
    ${anyOf(sql, sql`workflow_name`, names)} ${anyOf(sql, sql`step_name`, steps)}`;
}
