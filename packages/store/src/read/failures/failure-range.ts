import type { Sql, Tx } from '../../client.ts';
import { anyOf } from '../any-of.ts';
import { MINUTE_MS, readMadeSpans, rollupRanges, type MadeSpans, type RollupRanges } from '../rollup-ranges.ts';
import { scopeConditions, type ReadScope } from '../scope.ts';

/** Which failures are counted. Rollups count by the minute: a range begins and ends with whole ones. */
export interface FailureRange {
  scope: ReadScope;
  /** Any of these; empty: no limit. */
  envs: readonly string[];
  services: readonly string[];
  names: readonly string[];
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

/** What is made of the spans of the range, see readMadeSpans. */
export function madeOf(tx: Tx, { since, until }: FailureRange): Promise<MadeSpans> {
  return readMadeSpans(tx, { from: Math.floor(since / MINUTE_MS) * MINUTE_MS, to: until });
}

/**
 * Which rows of the rollups answer for the range.
 *
 * @param partMs no row may reach over the end of a part; parts begin at multiples of that since 1970. null: one sum
 */
export function rangesOf({ since, until }: FailureRange, made: MadeSpans, partMs: number | null): RollupRanges {
  const { spans, minutes } = rollupRanges(
    { from: Math.floor(since / MINUTE_MS) * MINUTE_MS, to: Math.ceil(until / MINUTE_MS) * MINUTE_MS },
    partMs,
    made,
    0,
  );
  // The last instant that can be written is in the last minute: the end of that cannot.
  return { spans, minutes: minutes.map(({ from, to }) => ({ from, to: Math.min(to, until) })) };
}
