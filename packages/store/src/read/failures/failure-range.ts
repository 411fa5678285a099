import type { Sql, Tx } from '../../client.ts';
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

/** A WHERE clause over a rollup table. */
export function inRange(sql: Sql | Tx, { scope, envs, services, names, since, until }: FailureRange) {
  return sql`
    WHERE minute >= date_trunc('minute', ${new Date(since)}::timestamptz) AND minute < ${new Date(until)}::timestamptz
      ${envs.length === 0 ? sql`` : sql`AND env = ANY(${envs})`}
      ${services.length === 0 ? sql`` : sql`AND service_key = ANY(${services})`}
      ${names.length === 0 ? sql`` : sql`AND workflow_name = ANY(${names})`}
      ${scopeConditions(sql, scope)}`;
}
