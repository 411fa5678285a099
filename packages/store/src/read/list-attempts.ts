/**
 * The attempts of one run, or of one of its steps.
 *
 * Reads: step_attempts of the run or step.
 * Index: the unique key (env, service_key, workflow_id, run, step_name, attempt_number).
 * Growth: with the attempts of that run or step.
 */
import type { AttemptResult, WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { instantOfText } from '../instant-text.ts';

/** Instants are as JSON has them. */
export interface AttemptView {
  id: string;
  stepName: string;
  attemptNumber: number;
  result: AttemptResult;
  inferred: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  retryScheduled: boolean;
  retryScheduledAt: string | null;
  retryDelayMs: number | null;
  nextAttemptAt: string | null;
  startEventId: string | null;
  endEventId: string | null;
}

/** Attempts ordered by step name and number, of the whole run or of the step named. */
export async function listAttempts(
  sql: Sql | Tx,
  key: WorkflowKey,
  run: number,
  stepName: string | null,
): Promise<AttemptView[]> {
  const attempts = await sql<AttemptView[]>`
    SELECT id, step_name AS "stepName", attempt_number AS "attemptNumber", result, inferred,
      error_message AS "errorMessage", error_stack AS "errorStack",
      started_at::text AS "startedAt", ended_at::text AS "endedAt", duration_ms AS "durationMs",
      retry_scheduled AS "retryScheduled", retry_scheduled_at::text AS "retryScheduledAt",
      retry_delay_ms AS "retryDelayMs", next_attempt_at::text AS "nextAttemptAt",
      start_event_id AS "startEventId", end_event_id AS "endEventId"
    FROM step_attempts
    WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId} AND run = ${run}
      ${stepName === null ? sql`` : sql`AND step_name = ${stepName}`}
    ORDER BY step_name, attempt_number`;
  for (const attempt of attempts) {
    attempt.startedAt = instantOfText(attempt.startedAt);
    attempt.endedAt = instantOfText(attempt.endedAt);
    attempt.retryScheduledAt = instantOfText(attempt.retryScheduledAt);
    attempt.nextAttemptAt = instantOfText(attempt.nextAttemptAt);
  }
  return attempts;
}
