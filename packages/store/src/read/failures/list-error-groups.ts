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

export function listErrorGroups(sql: Sql | Tx, range: FailureRange, after: AfterGroup | null, limit: number) {
  return sql<ErrorGroupRow[]>`
    WITH ${takenBack(sql, range, ERRORS)}
    SELECT * FROM (
      SELECT error_group AS "errorGroup", sum(count)::bigint AS count,
        min(first_minute) AS "firstMinute", max(last_minute) AS "lastMinute",
        array_agg(DISTINCT env ORDER BY env) AS envs,
        array_agg(DISTINCT service_key ORDER BY service_key) AS services,
        array_agg(DISTINCT workflow_name ORDER BY workflow_name) AS "workflowNames",
        (array_agg(env ORDER BY last_minute DESC, env, service_key, workflow_name))[1] AS "lastEnv",
        (array_agg(service_key ORDER BY last_minute DESC, env, service_key, workflow_name))[1] AS "lastService",
        (array_agg(workflow_name ORDER BY last_minute DESC, env, service_key, workflow_name))[1] AS "lastName"
      FROM (
        SELECT error_group, env, service_key, workflow_name, sum(count)::bigint AS count,
          min(minute) FILTER (WHERE ${isLeft(sql, ERRORS)}) AS first_minute,
          max(minute) FILTER (WHERE ${isLeft(sql, ERRORS)}) AS last_minute
        FROM rollup_errors ${inRange(sql, range)}
        -- Lists are made of what is left then: sorting all minutes for each of them was most of the time.
        GROUP BY error_group, env, service_key, workflow_name
        HAVING sum(count) > 0
      ) AS of_workflows
      GROUP BY error_group
    ) AS groups
    ${after === null ? sql`` : sql`WHERE (-count, "errorGroup") > (${-after.count}::bigint, ${after.errorGroup})`}
    ORDER BY count DESC, "errorGroup"
    LIMIT ${limit}`;
}
