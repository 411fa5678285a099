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
import { among, inRange, type FailureRange } from './failure-range.ts';

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
  const inSpan = ({ width, range: { from, to } }: RollupRanges['spans'][number]): Fragment =>
    tx`minutes = ${width} AND start >= ${new Date(from)} AND start < ${new Date(to)}`;
  const isAsked = anyOf(tx, tx`error_group`, only);
  const spans = ranges.spans.map((span) =>
    ofAll
      ? tx`SELECT ${select('ofGroups')} FROM rollup_group_spans
          WHERE ${inSpan(span)} ${scopeConditions(tx, scope)} ${anyOf(tx, tx`env`, envs)} ${isAsked}`
      : tx`SELECT * FROM (
            SELECT ${select('ofWorkflows')} FROM rollup_error_spans WHERE ${inSpan(span)} ${among(tx, range)}
          ) AS unpacked WHERE true ${isAsked}`,
  );
  const minutes = ranges.minutes.map(
    (each) =>
      tx`SELECT ${select('ofMinutes')} FROM (${minutesLeft(tx, range, each)}) AS left_over WHERE true ${isAsked}`,
  );
  return union(tx, [...spans, ...minutes]);
}

/** Rows of workflows, some for each: with env, service_key, workflow_name, count, last_minute, error_groups. */
export function workflowParts(tx: Tx, range: FailureRange, ranges: RollupRanges): Fragment {
  const spans = ranges.spans.map(
    ({ width, range: { from, to } }) => tx`
      SELECT env, service_key, workflow_name, count, last_minute, error_groups FROM rollup_error_spans
      WHERE minutes = ${width} AND start >= ${new Date(from)} AND start < ${new Date(to)} ${among(tx, range)}`,
  );
  const minutes = ranges.minutes.map(
    (each) => tx`
      SELECT env, service_key, workflow_name, count, minute AS last_minute, ARRAY[error_group] AS error_groups
      FROM (${minutesLeft(tx, range, each)}) AS left_over`,
  );
  return union(tx, [...spans, ...minutes]);
}

/** Added up over their slots: of a failure that was taken back in another slot nothing is left. */
function minutesLeft(tx: Tx, range: FailureRange, { from, to }: RollupRanges['minutes'][number]): Fragment {
  return tx`
    SELECT minute, env, service_key, workflow_name, error_group, sum(count)::bigint AS count
    FROM rollup_errors ${inRange(tx, { ...range, since: from, until: Math.min(to, range.until) })}
    GROUP BY minute, env, service_key, workflow_name, error_group
    HAVING sum(count) > 0`;
}

/** A range is never empty: there is a part. */
function union(tx: Tx, parts: readonly Fragment[]): Fragment {
  return parts.reduce((some, next) => tx`${some} UNION ALL ${next}`);
}
