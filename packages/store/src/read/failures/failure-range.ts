import type { Sql, Tx } from '../../client.ts';
import { anyOf } from '../any-of.ts';
import { scopeConditions, type ReadScope } from '../scope.ts';

/** Which failures are counted. Rollups count by the minute: a range begins and ends with whole ones. */
export interface FailureRange {
  scope: ReadScope;
  /** Any of these; empty: no limit. */
  envs: string[];
  services: string[];
  names: string[];
  /** Milliseconds since the epoch: from the minute that `since` lies in, before `until`. */
  since: number;
  until: number;
}

/** A WHERE clause over a rollup table of minutes. */
export function inRange(sql: Sql | Tx, range: FailureRange) {
  return sql`
    WHERE minute >= date_trunc('minute', ${new Date(range.since)}::timestamptz) AND minute < ${new Date(range.until)}::timestamptz
      ${among(sql, range)}`;
}

/** Conditions on the environment, service and name of a rollup's row. */
export function among(sql: Sql | Tx, { scope, envs, services, names }: FailureRange) {
  return sql`
    ${anyOf(sql, sql`env`, envs)} ${anyOf(sql, sql`service_key`, services)} ${anyOf(sql, sql`workflow_name`, names)}
    ${scopeConditions(sql, scope)}`;
}

/** What a rollup counts. */
interface Counted {
  table: 'rollup_errors' | 'rollup_minutes';
  /** Beside env, service_key and workflow_name. */
  name: 'error_group' | 'step_name';
  count: 'count' | 'failed';
}

export const ERRORS: Counted = { table: 'rollup_errors', name: 'error_group', count: 'count' };
export const FAILED_STEPS: Counted = { table: 'rollup_minutes', name: 'step_name', count: 'failed' };

/**
 * A CTE named `taken_back`: the minutes of the range of which nothing is left, because slots cancel out. Without it every minute
 * would have to be added up by itself before the first and the last of many are known, which took four fifths of the time.
 *
 * Reads: the slots below zero, which are few, and for each the others of its minute.
 * Index: rollup_errors_taken_back, rollup_minutes_taken_back; the primary keys.
 */
export function takenBack(sql: Sql | Tx, range: FailureRange, { table, name, count }: Counted) {
  const keys = sql`env, service_key, workflow_name, ${sql(name)}, minute`;
  const isBelow = table === 'rollup_minutes' ? sql`step_name <> '' AND failed < 0` : sql`count < 0`;
  return sql`taken_back AS MATERIALIZED (
    SELECT ${keys} FROM (SELECT DISTINCT ${keys} FROM ${sql(table)} ${inRange(sql, range)} AND ${isBelow}) AS below
    CROSS JOIN LATERAL (
      SELECT sum(slots.${sql(count)}) AS rest FROM ${sql(table)} AS slots
      WHERE (slots.env, slots.service_key, slots.workflow_name, slots.${sql(name)}, slots.minute)
        = (below.env, below.service_key, below.workflow_name, below.${sql(name)}, below.minute)
    ) AS left_over
    WHERE rest <= 0
  )`;
}

/** A condition on a row: something is left of its minute. */
export function isLeft(sql: Sql | Tx, { name, count }: Counted) {
  // As a rule nothing was taken back: then no row has to be looked for.
  return sql`(${sql(count)} > 0 AND (NOT EXISTS (SELECT FROM taken_back)
    OR (env, service_key, workflow_name, ${sql(name)}, minute) NOT IN (SELECT * FROM taken_back)))`;
}
