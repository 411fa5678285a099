/**
 * Failures of a range from the widest spans that are made and fit, and from minutes elsewhere (see rollup-ranges): rows to be
 * added up.
 *
 * Reads: rollup_group_spans where groups are asked for and no service or name matters, else rollup_error_spans, of which each
 *   row holds the groups of a workflow; rollup_errors for the rest of the range.
 * Index: rollup_group_spans_time (minutes, start), or (minutes, error_group, start) of some groups; the others' primary keys,
 *   which begin with the time.
 * Growth: with the kinds of errors and the logarithm of the range. Of an error that happens once in a while there are not
 *   many fewer spans than minutes.
 */
import type { Fragment } from 'postgres';
import type { Tx } from '../../client.ts';
import { anyOf } from '../any-of.ts';
import type { RollupRanges } from '../rollup-ranges.ts';
import { scopeConditions } from '../scope.ts';
import { among, type FailureRange } from './failure-range.ts';

/** One thing to be selected, of each of the three kinds of rows. */
interface Column {
  ofGroups: string;
  ofWorkflows: string;
  ofMinutes: string;
}

const same = (name: string): Column => ({ ofGroups: name, ofWorkflows: name, ofMinutes: name });

export const GROUP: Column = { ofGroups: 'error_group', ofWorkflows: 'unnest(error_groups)', ofMinutes: 'error_group' };
export const COUNT: Column = { ofGroups: 'count', ofWorkflows: 'unnest(counts)', ofMinutes: 'count' };
export const AT: Column = { ofGroups: 'start', ofWorkflows: 'start', ofMinutes: 'minute' };
export const ENV = same('env');
export const FIRST: Column = { ofGroups: 'first_minute', ofWorkflows: 'unnest(first_minutes)', ofMinutes: 'minute' };
export const LAST: Column = { ofGroups: 'last_minute', ofWorkflows: 'unnest(last_minutes)', ofMinutes: 'minute' };
export const SERVICES: Column = {
  ofGroups: 'services',
  ofWorkflows: 'ARRAY[service_key]',
  ofMinutes: 'ARRAY[service_key]',
};
export const NAMES: Column = {
  ofGroups: 'workflow_names',
  ofWorkflows: 'ARRAY[workflow_name]',
  ofMinutes: 'ARRAY[workflow_name]',
};
export const LAST_SERVICE: Column = {
  ofGroups: 'last_service',
  ofWorkflows: 'service_key',
  ofMinutes: 'service_key',
};
export const LAST_NAME: Column = {
  ofGroups: 'last_name',
  ofWorkflows: 'workflow_name',
  ofMinutes: 'workflow_name',
};

/**
 * Rows of error groups, some for each group.
 *
 * @param columns what is selected, by name; GROUP as `error_group` among them
 * @param only any of these groups; empty: all
 */
export function groupParts(
  tx: Tx,
  range: FailureRange,
  ranges: RollupRanges,
  columns: Readonly<Record<string, Column>>,
  only: readonly string[],
): Fragment {
  const { scope, services, names, envs } = range;
  const ofAll = scope.serviceKey === null && services.length === 0 && names.length === 0;
  const select = (kind: keyof Column): Fragment =>
    tx.unsafe(
      Object.entries(columns)
        .map(([name, column]) => `${column[kind]} AS ${name}`)
        .join(', '),
    );
  const isAsked = anyOf(tx, tx`error_group`, only);
  const isSeen = tx`${scopeConditions(tx, scope)} ${anyOf(tx, tx`env`, envs)}`;
  const ofGroups = tx`SELECT ${select('ofGroups')} FROM rollup_group_spans WHERE ${IN_SPANS(tx)} ${isSeen}`;
  const ofWorkflows = tx`
    SELECT * FROM (
      SELECT ${select('ofWorkflows')} FROM rollup_error_spans WHERE ${IN_SPANS(tx)} ${among(tx, range)}
    ) AS unpacked WHERE true ${isAsked}`;
  // Looked up group by group, and environments left out afterwards: else the planner would rather go through all groups of a span.
  const ofThese = tx`
    SELECT ${select('ofGroups')} FROM unnest(${[...only]}::text[]) AS asked (of_these)
    CROSS JOIN LATERAL (
      SELECT * FROM rollup_group_spans WHERE ${IN_SPANS(tx)} AND error_group = of_these OFFSET 0
    ) AS of_group WHERE true ${isSeen}`;
  const ofSpans = !ofAll ? ofWorkflows : only.length === 0 ? ofGroups : ofThese;
  const ofMinutes = tx`SELECT ${select('ofMinutes')} FROM (${minutesLeft(tx, range)}) AS left_over WHERE true ${isAsked}`;
  return partsOf(tx, ranges, ofSpans, ofMinutes);
}

/** Rows of workflows, some for each: with env, service_key, workflow_name, count, last_minute, error_groups. */
export function workflowParts(tx: Tx, range: FailureRange, ranges: RollupRanges): Fragment {
  const ofSpans = tx`
    SELECT env, service_key, workflow_name, count, last_minute, error_groups FROM rollup_error_spans
    WHERE ${IN_SPANS(tx)} ${among(tx, range)}`;
  const ofMinutes = tx`
    SELECT env, service_key, workflow_name, count, minute AS last_minute, ARRAY[error_group] AS error_groups
    FROM (${minutesLeft(tx, range)}) AS left_over`;
  return partsOf(tx, ranges, ofSpans, ofMinutes);
}

const IN_SPANS = (tx: Tx): Fragment => tx`minutes = width AND start >= from_start AND start < to_start`;

/** Added up over their slots: of a failure that was taken back in another slot nothing is left. */
function minutesLeft(tx: Tx, range: FailureRange): Fragment {
  return tx`
    SELECT minute, env, service_key, workflow_name, error_group, sum(count)::bigint AS count
    FROM rollup_errors WHERE minute >= from_minute AND minute < to_minute ${among(tx, range)}
    GROUP BY minute, env, service_key, workflow_name, error_group
    HAVING sum(count) > 0`;
}

/**
 * The ranges are rows to be joined, one by one (OFFSET 0): a part of the statement for each of some eight took the planner and
 * the client longer than reading them.
 */
function partsOf(tx: Tx, { spans, minutes }: RollupRanges, ofSpans: Fragment, ofMinutes: Fragment): Fragment {
  const times = (all: readonly number[]) => tx`${all.map((at) => new Date(at).toISOString())}::text[]::timestamptz[]`;
  return tx`
    SELECT of_spans.* FROM unnest(
      ${spans.map(({ width }) => width)}::int[], ${times(spans.map(({ range }) => range.from))}, ${times(spans.map(({ range }) => range.to))}
    ) AS spans (width, from_start, to_start) CROSS JOIN LATERAL (${ofSpans} OFFSET 0) AS of_spans
    UNION ALL
    SELECT of_minutes.* FROM unnest(
      ${times(minutes.map(({ from }) => from))}, ${times(minutes.map(({ to }) => to))}
    ) AS minutes (from_minute, to_minute) CROSS JOIN LATERAL (${ofMinutes} OFFSET 0) AS of_minutes`;
}
