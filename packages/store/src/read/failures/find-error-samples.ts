/**
 * For each of some error groups its newest failure, and when the first one of all was.
 *
 * Reads: one row of workflows for each group; the index entries of a group up to the first of a service, where only some
 *   services are asked for.
 * Index: workflows_error_group (env, error_group, failed_at, id), with the service in it.
 * Growth: with the groups; with the failures of a group where its services are limited.
 */
import type { Sql, Tx } from '../../client.ts';
import type { ErrorGroupRow } from './list-error-groups.ts';
import type { FailureRange } from './failure-range.ts';

export interface ErrorSample {
  errorGroup: string;
  firstSeen: Date;
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  run: number;
  workflowName: string;
  failedAt: Date;
  errorStepName: string | null;
  errorMessage: string | null;
  errorStack: string | null;
}

/** Of a message or stack, characters: both can be hundreds of kilobytes. */
const TEXT_LENGTH = 2_000;

/** No row for a group whose failure was taken back meanwhile. */
export function findErrorSamples(sql: Sql | Tx, { scope, services }: FailureRange, groups: readonly ErrorGroupRow[]) {
  const only = scope.serviceKey === null ? services : [scope.serviceKey];
  return sql<ErrorSample[]>`
    SELECT asked.error_group AS "errorGroup", first.failed_at AS "firstSeen",
      w.id, w.env, w.service_key AS "serviceKey", w.workflow_id AS "workflowId", w.run, w.workflow_name AS "workflowName",
      w.failed_at AS "failedAt", w.error_step_name AS "errorStepName",
      left(w.error_message, ${TEXT_LENGTH}) AS "errorMessage", left(w.error_stack, ${TEXT_LENGTH}) AS "errorStack"
    FROM jsonb_to_recordset(${JSON.stringify(groups)}::text::jsonb) AS asked_json (
      "errorGroup" text, "lastEnv" text, "lastService" text, "lastName" text, "lastMinute" timestamptz, envs text[])
    CROSS JOIN LATERAL (SELECT "errorGroup" AS error_group) AS asked
    CROSS JOIN LATERAL (
      SELECT * FROM workflows
      WHERE workflows.env = "lastEnv" AND workflows.error_group = asked.error_group AND failed_at IS NOT NULL
        AND failed_at >= "lastMinute" AND failed_at < "lastMinute" + interval '1 minute'
        AND service_key = "lastService" AND workflow_name = "lastName"
      ORDER BY failed_at DESC, id DESC
      LIMIT 1
    ) AS w
    CROSS JOIN LATERAL (
      SELECT min(oldest.failed_at) AS failed_at
      FROM unnest(asked_json.envs) AS e (env)
      CROSS JOIN LATERAL (
        SELECT failed_at FROM workflows
        WHERE workflows.env = e.env AND workflows.error_group = asked.error_group AND failed_at IS NOT NULL
          ${only.length === 0 ? sql`` : sql`AND service_key = ANY(${[...only]})`}
        ORDER BY failed_at, id
        LIMIT 1
      ) AS oldest
    ) AS first`;
}
