/** The indexes that lists of workflows are read from: what lies in each, in which order, and which parts of a filter that answers. */
import type { WorkflowStatus } from '@wm/projection';
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../../client.ts';
import { anyOf } from '../any-of.ts';
import {
  DURATION,
  ENDED_AT,
  FAILED_AT,
  RETRIES,
  SETTLED_AT,
  SORT_AT,
  UPDATED_AT,
  type OrderKey,
} from './list-order.ts';
import {
  durationRange,
  endedAt,
  OPEN_STATUSES,
  timeRange,
  type Condition,
  type WorkflowFilter,
} from './workflow-filter.ts';

export interface ListSource {
  /** The order of a walk through it. */
  order: readonly OrderKey[];
  /** Its index has no such order: each step of a walk sorts all that lies in it. */
  unordered?: true;
  /** Its rows come from indexes that have no order of theirs: it is read whole, in a bitmap, or not at all. */
  noted?: true;
  /** Whether the environment leads the order; else there is one lane, and the filter says which environments count. */
  byEnv: boolean;
  /** Whether `latest` leads the order, behind the environment. */
  byLatest: boolean;
  /** A column that leads the order too, one lane for each of these values. */
  lanes: { column: 'service_key' | 'workflow_name' | 'error_group'; values: readonly string[] } | null;
  /** What lies in the index, and the bounds of the walk: to append to a WHERE clause over `workflows`; all of it where no environment leads. */
  conditions: (sql: Sql | Tx) => Fragment;
  /** Parts of the filter of which every row in the source is true. */
  answers: readonly Condition['part'][];
}

const EVERY_STATUS: readonly WorkflowStatus[] = [...OPEN_STATUSES, 'completed', 'failed', 'cancelled'];

export function unanswered(conditions: readonly Condition[], { answers, byEnv }: ListSource): Condition[] {
  return conditions.filter(({ part }) => !answers.includes(part) && !(byEnv && part === 'envs'));
}

/** Beyond so many values, lanes of their own cost more than a walk that passes over other rows. */
const MOST_LANES = 8;
const areFew = (values: readonly string[]): boolean => values.length > 0 && values.length <= MOST_LANES;

type SourceOf = (filter: WorkflowFilter) => ListSource;

/** Sources in the order of sort_at differ in what they hold only. */
function byStart(
  answers: ListSource['answers'],
  lanes: ListSource['lanes'],
  holds: (sql: Sql | Tx) => Fragment,
): SourceOf {
  return ({ since, until, finishedUntil }) => ({
    order: [SORT_AT],
    byEnv: true,
    byLatest: true,
    lanes,
    // Nothing ends before it begins: where only the end is bounded, the walk need not begin at the newest.
    conditions: (sql) => sql`${holds(sql)} ${timeRange(sql, sql`workflows.sort_at`, since, until)}
      ${timeRange(sql, sql`workflows.sort_at`, null, finishedUntil)}`,
    answers: ['runs', 'since', ...answers],
  });
}

const allByStart = byStart([], null, (sql) => sql``);
const isFailed = (sql: Sql | Tx): Fragment => sql`AND workflows.failed_at IS NOT NULL`;
const cancelledByStart = byStart(['statuses'], null, (sql) => sql`AND workflows.cancelled_at IS NOT NULL`);
const gapsByStart = byStart(['hasGaps'], null, (sql) => sql`AND workflows.gaps <> '{}'`);

/** Their index knows service and name, too: of those asked for only their own rows are looked at. */
export const openByStart: SourceOf = (filter) => {
  const { statuses, services, names } = filter;
  const every = OPEN_STATUSES.every((status) => statuses.includes(status));
  return byStart(
    [...(every ? (['statuses'] as const) : []), 'services', 'names'],
    null,
    (sql) => sql`${isOpen(sql)}
      ${anyOf(sql, sql`workflows.service_key`, services)} ${anyOf(sql, sql`workflows.workflow_name`, names)}`,
  )(filter);
};

/** Over, but of unknown duration. */
export const unmeasuredByStart = byStart(
  [],
  null,
  (sql) => sql`AND workflows.duration_ms IS NULL AND ${endedAt(sql)} IS NOT NULL`,
);

/**
 * Open runs in the order of their last change. No index has them so, because every event moves it: each step of a walk sorts
 * all that are open. Only what is walked over is looked at more closely, which for a filter by step took 40 µs a row.
 */
export const openByUpdate: SourceOf = (filter) => ({ ...openByStart(filter), order: [UPDATED_AT], unordered: true });

/** In terms of the times of the end, as the index is: one on the status would turn each change of it into an update of all indexes. */
function isOpen(sql: Sql | Tx): Fragment {
  return sql`AND workflows.completed_at IS NULL AND workflows.failed_at IS NULL AND workflows.cancelled_at IS NULL`;
}

const endedByEnd: SourceOf = ({ finishedSince, finishedUntil }) => ({
  order: [ENDED_AT],
  byEnv: true,
  byLatest: true,
  lanes: null,
  conditions: (sql) =>
    sql`AND ${endedAt(sql)} IS NOT NULL ${timeRange(sql, endedAt(sql), finishedSince, finishedUntil)}`,
  answers: ['runs', 'finishedSince'],
});

const failedByEnd: SourceOf = ({ finishedSince, finishedUntil }) => ({
  order: [FAILED_AT],
  byEnv: true,
  byLatest: false,
  lanes: null,
  conditions: (sql) =>
    sql`AND workflows.failed_at IS NOT NULL ${timeRange(sql, sql`workflows.failed_at`, finishedSince, finishedUntil)}`,
  answers: ['statuses', 'finishedSince'],
});

function groupByEnd(group: string): SourceOf {
  return (filter) => ({
    ...failedByEnd(filter),
    lanes: { column: 'error_group', values: [group] },
    answers: ['statuses', 'finishedSince', 'errorGroup'],
  });
}

export const settledByUpdate: SourceOf = (filter) => ({
  order: [SETTLED_AT],
  byEnv: true,
  byLatest: true,
  lanes: serviceLanes(filter),
  conditions: (sql) => sql`AND workflows.settled_at IS NOT NULL`,
  answers: ['runs', ...answersOfLanes(filter)],
});

export const measuredByDuration: SourceOf = (filter) => ({
  order: [DURATION],
  byEnv: true,
  byLatest: true,
  lanes: serviceLanes(filter),
  conditions: (sql) => sql`AND workflows.duration_ms IS NOT NULL ${durationRange(sql, filter)}`,
  answers: ['runs', 'minDurationMs', ...answersOfLanes(filter)],
});

/** A lane for each service where few are asked for: by change and by duration as by start there is an index of them beside that of all. */
function serviceLanes({ services }: WorkflowFilter): ListSource['lanes'] {
  return areFew(services) ? { column: 'service_key', values: services } : null;
}

function answersOfLanes(filter: WorkflowFilter): ListSource['answers'] {
  return serviceLanes(filter) === null ? [] : ['services'];
}

/** Everything, by the primary key, in which environments, services and times lie mixed: a filter passes over all that it leaves out. */
export const allById: SourceOf = () => ({
  order: [],
  byEnv: false,
  byLatest: false,
  lanes: null,
  conditions: (sql) => sql`true`,
  answers: [],
});

export const retriedByRetries: SourceOf = () => ({
  order: [RETRIES, SORT_AT],
  byEnv: true,
  byLatest: true,
  lanes: null,
  conditions: (sql) => sql`AND workflows.retry_count > 0`,
  answers: ['runs', 'hasRetries'],
});

/** Which of the open and the ended runs a filter can leave. */
export function canMatch(filter: WorkflowFilter): { open: boolean; ended: boolean } {
  const { statuses, finishedSince, finishedUntil, minDurationMs, maxDurationMs } = filter;
  const asked = statuses.length === 0 ? EVERY_STATUS : statuses;
  if (onlyFailed(filter) && !asked.includes('failed')) return { open: false, ended: false };
  const hasEnd = [finishedSince, finishedUntil, minDurationMs, maxDurationMs].some((bound) => bound !== null);
  return {
    open: !hasEnd && !onlyFailed(filter) && asked.some((status) => OPEN_STATUSES.includes(status)),
    ended: !onlyOpen(filter) && asked.some((status) => !OPEN_STATUSES.includes(status)),
  };
}

/** Only runs that are not over are late or do anything. */
function onlyOpen({ overdue, activity }: WorkflowFilter): boolean {
  return overdue?.is === true || activity !== null;
}

/** Only failed runs have an error. */
function onlyFailed({ errorText, errorGroup, errorStep, statuses }: WorkflowFilter): boolean {
  const failedStatus = statuses.length === 1 && statuses[0] === 'failed';
  return failedStatus || errorText !== null || errorGroup !== null || errorStep !== null;
}

/** The smallest set of indexes in the order of sort_at that together hold all that a filter can leave, each run once. */
export function sourcesByStart(filter: WorkflowFilter): ListSource[] {
  const byStatus = statusSources(filter);
  if (byStatus !== null) return byStatus.map((source) => source(filter));
  const { hasGaps, names, services } = filter;
  if (hasGaps === true) return [gapsByStart(filter)];
  if (areFew(names)) return [namesByStart(names)(filter)];
  if (areFew(services)) return [servicesByStart(services)(filter)];
  return [allByStart(filter)];
}

export function sourcesByEnd(filter: WorkflowFilter): ListSource[] {
  if (filter.errorGroup !== null) return [groupByEnd(filter.errorGroup)(filter)];
  return [onlyFailed(filter) ? failedByEnd(filter) : endedByEnd(filter)];
}

/**
 * Sets of indexes each of which holds all that a filter can leave: where one of them is small, reading it whole answers
 * the question whatever the order asked for.
 */
export function smallSources(filter: WorkflowFilter): ListSource[][] {
  const { names, services, hasGaps, hasRetries } = filter;
  const sets: (ListSource[] | false)[] = [
    sourcesByStart(filter),
    (filter.finishedSince !== null || filter.finishedUntil !== null || onlyFailed(filter)) && sourcesByEnd(filter),
    (filter.minDurationMs !== null || filter.maxDurationMs !== null) && [measuredByDuration(filter)],
    hasGaps === true && [gapsByStart(filter)],
    hasRetries === true && [retriedByRetries(filter)],
    areFew(names) && [namesByStart(names)(filter)],
    areFew(services) && [servicesByStart(services)(filter)],
    [allByStart(filter)],
  ];
  return sets.filter((set) => set !== false);
}

function namesByStart(values: readonly string[]): SourceOf {
  return byStart(['names'], { column: 'workflow_name', values }, (sql) => sql``);
}

function servicesByStart(values: readonly string[]): SourceOf {
  return byStart(['services'], { column: 'service_key', values }, (sql) => sql``);
}

function failedByStart({ names, services }: WorkflowFilter): SourceOf {
  if (areFew(names)) {
    return byStart(['statuses', 'names'], { column: 'workflow_name', values: names }, isFailed);
  }
  if (areFew(services)) {
    return byStart(['statuses', 'services'], { column: 'service_key', values: services }, isFailed);
  }
  return byStart(['statuses'], null, isFailed);
}

/** null: completed runs are asked for too, and those are most of all. */
function statusSources(filter: WorkflowFilter): SourceOf[] | null {
  const { statuses } = filter;
  if (onlyFailed(filter)) return [failedByStart(filter)];
  if (onlyOpen(filter)) return [openByStart];
  if (statuses.length === 0 || statuses.includes('completed')) return null;
  return [
    ...(statuses.includes('failed') ? [failedByStart(filter)] : []),
    ...(statuses.includes('cancelled') ? [cancelledByStart] : []),
    ...(statuses.some((status) => OPEN_STATUSES.includes(status)) ? [openByStart] : []),
  ];
}
