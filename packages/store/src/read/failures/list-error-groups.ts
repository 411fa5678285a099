/**
 * Groups of like errors in a range of time, the most frequent first.
 *
 * Reads: rollup_errors of the range.
 * Index: rollup_errors_time (env, minute), which holds all that is read.
 * Growth: with the minutes of the range in which something failed, times the groups and workflows that failed in them.
 */
import type { Sql, Tx } from '../../client.ts';
import { ERRORS, inRange, isLeft, takenBack, type FailureRange } from './failure-range.ts';

export interface ErrorGroupRow {
  errorGroup: string;
  count: number;
  /** The minutes in which the first and the last failure of the range stand. */
  firstMinute: Date;
  lastMinute: Date;
  envs: string[];
  services: string[];
  workflowNames: string[];
  /** Of the last failure. */
  lastEnv: string;
  lastService: string;
  lastName: string;
}

export interface AfterGroup {
  count: number;
  errorGroup: string;
}

/** @param only any of these groups; empty: all */
export function listErrorGroups(
  sql: Sql | Tx,
  range: FailureRange,
  only: readonly string[],
  after: AfterGroup | null,
  limit: number,
) {
  const among = only.length === 0 ? sql`` : sql`AND error_group = ANY(${[...only]})`;
  return sql<ErrorGroupRow[]>`
    WITH ${takenBack(sql, range, ERRORS)}, of_workflows AS MATERIALIZED (
      SELECT error_group, env, service_key, workflow_name, sum(count)::bigint AS count,
        min(minute) FILTER (WHERE ${isLeft(sql, ERRORS)}) AS first_minute,
        max(minute) FILTER (WHERE ${isLeft(sql, ERRORS)}) AS last_minute
      FROM rollup_errors ${inRange(sql, range)} ${among}
      GROUP BY error_group, env, service_key, workflow_name
      HAVING sum(count) > 0
    ), page AS MATERIALIZED (
      SELECT * FROM (
        SELECT error_group, sum(count)::bigint AS of_group FROM of_workflows GROUP BY error_group
      ) AS groups
      ${after === null ? sql`` : sql`WHERE (-of_group, error_group) > (${-after.count}::bigint, ${after.errorGroup})`}
      ORDER BY of_group DESC, error_group
      LIMIT ${limit}
    )
    -- Lists for the groups of the page only: sorting them for all groups was most of the time.
    SELECT error_group AS "errorGroup", of_group AS count,
      min(first_minute) AS "firstMinute", max(last_minute) AS "lastMinute",
      array_agg(DISTINCT env ORDER BY env) AS envs,
      array_agg(DISTINCT service_key ORDER BY service_key) AS services,
      array_agg(DISTINCT workflow_name ORDER BY workflow_name) AS "workflowNames",
      (array_agg(env ORDER BY last_minute DESC, env, service_key, workflow_name))[1] AS "lastEnv",
      (array_agg(service_key ORDER BY last_minute DESC, env, service_key, workflow_name))[1] AS "lastService",
      (array_agg(workflow_name ORDER BY last_minute DESC, env, service_key, workflow_name))[1] AS "lastName"
    FROM page JOIN of_workflows USING (error_group)
    GROUP BY error_group, of_group
    ORDER BY of_group DESC, error_group`;
}
