/** What a list of workflows can be narrowed by, and how each part is said in SQL. */
import type { WorkflowStatus } from '@wm/projection';
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../../client.ts';
import { isInState, type ActiveState, type ActivityRules } from '../activity.ts';
import type { ReadScope } from '../scope.ts';

/** A value at a path in a workflow's input. */
export interface InputTag {
  path: string[];
  /** As text: `42` finds the number and the string. */
  value: string;
}

/** An id as somebody pasted it, whole or its beginning, and what `findSearched` made of it. */
export interface IdSearch {
  text: string;
  /** Ids of the runs that events with such an id belong to. */
  runsOfEvents: readonly string[];
}

export interface WorkflowFilter {
  scope: ReadScope;
  /** Any of these; empty: no limit. So with every list here. */
  envs: string[];
  services: string[];
  statuses: WorkflowStatus[];
  names: string[];
  /** Bounds of sort_at (started, else queued, else first event), milliseconds since the epoch: from `since` on, before `until`. */
  since: number | null;
  until: number | null;
  /** Bounds of the end, in the same way; a run that is not over has none. */
  finishedSince: number | null;
  finishedUntil: number | null;
  /** Bounds of the duration, both included; a run that is not over, or whose start is lost, has none. */
  minDurationMs: number | null;
  maxDurationMs: number | null;
  /** Stands in the error's message, upper or lower case alike. */
  errorText: string | null;
  errorGroup: string | null;
  /** The step that made the run fail. */
  errorStep: string | null;
  /** The run has a step of this name. */
  step: string | null;
  /** All of these stand in the input. */
  tags: InputTag[];
  hasRetries: boolean | null;
  hasGaps: boolean | null;
  /** Paused and past its resume_at by more than the grace, or not. */
  overdue: { is: boolean; graceMs: number } | null;
  /** Under way, and in one of these states. */
  activity: { states: readonly ActiveState[]; rules: ActivityRules } | null;
  search: IdSearch | null;
  /** Only the newest run of each workflow, or all of them. */
  runs: 'latest' | 'all';
}

/** A part of a filter that an index can answer for. */
type Part = Exclude<keyof WorkflowFilter, 'scope' | 'until' | 'finishedUntil' | 'maxDurationMs'>;

export interface Condition {
  part: Part;
  /** Over a table or alias named `workflows`. */
  sql: Fragment;
}

export const OPEN_STATUSES: readonly WorkflowStatus[] = ['pending', 'queued', 'running', 'paused'];

/** What a filter asks for. */
export function conditionsOf(sql: Sql | Tx, filter: WorkflowFilter): Condition[] {
  const { services, statuses, names, runs, hasGaps, hasRetries } = filter;
  const conditions: (Condition | false)[] = [
    runs === 'latest' && { part: 'runs', sql: sql`workflows.latest` },
    services.length > 0 && { part: 'services', sql: sql`workflows.service_key = ANY(${services})` },
    names.length > 0 && { part: 'names', sql: sql`workflows.workflow_name = ANY(${names})` },
    statuses.length > 0 && { part: 'statuses', sql: sql`workflows.status = ANY(${statuses}::workflow_status[])` },
    hasRetries !== null && { part: 'hasRetries', sql: sql`(workflows.retry_count > 0) = ${hasRetries}` },
    hasGaps !== null && { part: 'hasGaps', sql: sql`(workflows.gaps <> '{}') = ${hasGaps}` },
    ...rangeConditions(sql, filter),
    ...errorConditions(sql, filter),
    ...lookingCloser(sql, filter),
    filter.envs.length > 0 && { part: 'envs', sql: sql`workflows.env = ANY(${filter.envs})` },
    filter.search !== null && { part: 'search', sql: searchCondition(sql, filter.search) },
  ];
  return conditions.filter((condition) => condition !== false);
}

function rangeConditions(sql: Sql | Tx, filter: WorkflowFilter): (Condition | false)[] {
  const { since, until, finishedSince, finishedUntil, minDurationMs, maxDurationMs } = filter;
  return [
    (since !== null || until !== null) && {
      part: 'since',
      sql: sql`true ${timeRange(sql, sql`workflows.sort_at`, since, until)}`,
    },
    (finishedSince !== null || finishedUntil !== null) && {
      part: 'finishedSince',
      sql: sql`${endedAt(sql)} IS NOT NULL ${timeRange(sql, endedAt(sql), finishedSince, finishedUntil)}`,
    },
    (minDurationMs !== null || maxDurationMs !== null) && {
      part: 'minDurationMs',
      sql: sql`workflows.duration_ms IS NOT NULL ${durationRange(sql, filter)}`,
    },
  ];
}

/** Conditions to append, over an expression of a time. */
export function timeRange(sql: Sql | Tx, expression: Fragment, since: number | null, until: number | null) {
  return sql`
    ${since === null ? sql`` : sql`AND ${expression} >= ${new Date(since)}`}
    ${until === null ? sql`` : sql`AND ${expression} < ${new Date(until)}`}`;
}

/** Conditions to append. */
export function durationRange(sql: Sql | Tx, { minDurationMs, maxDurationMs }: WorkflowFilter) {
  return sql`
    ${minDurationMs === null ? sql`` : sql`AND workflows.duration_ms >= ${minDurationMs}::bigint`}
    ${maxDurationMs === null ? sql`` : sql`AND workflows.duration_ms <= ${maxDurationMs}::bigint`}`;
}

/** When a run was over: of the three times it has the one that belongs to its status. */
export function endedAt(sql: Sql | Tx) {
  return sql`coalesce(workflows.completed_at, workflows.failed_at, workflows.cancelled_at)`;
}

function errorConditions(sql: Sql | Tx, { errorText, errorGroup, errorStep }: WorkflowFilter): (Condition | false)[] {
  return [
    errorText !== null && { part: 'errorText', sql: hasErrorText(sql, errorText) },
    errorGroup !== null && { part: 'errorGroup', sql: sql`workflows.error_group = ${errorGroup}` },
    errorStep !== null && { part: 'errorStep', sql: sql`workflows.error_step_name = ${errorStep}` },
  ];
}

/** What takes a look at more than the row, or at the time. */
function lookingCloser(sql: Sql | Tx, { step, tags, overdue, activity }: WorkflowFilter): (Condition | false)[] {
  return [
    overdue !== null && { part: 'overdue', sql: sql`${overdueRun(sql, overdue.graceMs)} = ${overdue.is}` },
    activity !== null && { part: 'activity', sql: isInState(sql, activity.states, activity.rules) },
    step !== null && { part: 'step', sql: hasStep(sql, step) },
    ...tags.map((tag): Condition => ({ part: 'tags', sql: hasTag(sql, tag) })),
  ];
}

export function hasErrorText(sql: Sql | Tx, text: string): Fragment {
  return sql`coalesce(${errorHolds(sql, text)}, false)`;
}

/** As the index of trigrams can answer it; null where there is no error. */
export function errorHolds(sql: Sql | Tx, text: string): Fragment {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql`lower(workflows.error_message) LIKE lower(${pattern})`;
}

/** The subquery is scalar, so that it is asked once for each row walked over. */
export function hasStep(sql: Sql | Tx, step: string): Fragment {
  return sql`coalesce((
    SELECT true FROM workflow_steps AS s
    WHERE s.env = workflows.env AND s.service_key = workflows.service_key AND s.workflow_id = workflows.workflow_id
      AND s.run = workflows.run AND s.step_name = ${step}
    LIMIT 1), false)`;
}

export function hasTag(sql: Sql | Tx, { path, value }: InputTag): Fragment {
  return sql`coalesce(workflows.input #>> ${path} = ${value}, false)`;
}

function overdueRun(sql: Sql | Tx, graceMs: number) {
  return sql`(workflows.status = 'paused' AND NOT 'end' = ANY (workflows.gaps)
    AND coalesce(workflows.resume_at < now() - ${graceMs}::float8 * interval '1 millisecond', false))`;
}

/** As an index can answer each part of it. */
export function searchCondition(sql: Sql | Tx, { text, runsOfEvents }: IdSearch): Fragment {
  return sql`(${beginsWith(sql, sql`workflows.workflow_id`, text)}
    OR ${beginsWith(sql, sql`workflows.execution_id`, text)}
    ${runsOfEvents.length === 0 ? sql`` : sql`OR workflows.id = ANY(${[...runsOfEvents]}::uuid[])`})`;
}

/**
 * Prefix match as a range of code points: an index in the order of code points serves it whether or not the plan knows
 * the value, which LIKE with a parameter does not. U+10FFFF is no character, so no id goes on with it.
 */
export function beginsWith(sql: Sql | Tx, column: Fragment, prefix: string) {
  return sql`(${column} COLLATE "C" >= ${prefix} AND ${column} COLLATE "C" < ${`${prefix}\u{10FFFF}`})`;
}
