/**
 * The steps of one run, in the order of their first sight, or one of them.
 *
 * Reads: workflow_steps of the run.
 * Index: the unique key (env, service_key, workflow_id, run, step_name).
 * Growth: with the steps of that run.
 */
import type { StepStatus, WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { instantOfText } from '../instant-text.ts';

/**
 * A step. `durationMs` is that of its last attempt, `totalDurationMs` from its first start to its end, waits included.
 * Instants are as JSON has them: of 5,000 steps, Dates were a fifth of the answer's processor time.
 */
export interface StepView {
  id: string;
  stepName: string;
  executionOrder: number;
  status: StepStatus;
  inferred: boolean;
  currentAttempt: number;
  maxAttempts: number | null;
  result: unknown;
  /** Tells a result of null from one that was never sent. */
  hasResult: boolean;
  resultEventId: string | null;
  cached: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  willRetry: boolean | null;
  retryCount: number;
  nextRetryAt: string | null;
  lastRetryDelayMs: number | null;
  timeoutMs: number | null;
  timeoutDeadline: string | null;
  timedOut: boolean;
  startedAt: string | null;
  completedAt: string | null;
  durationMs: number | null;
  totalDurationMs: number | null;
  createdAt: string;
  updatedAt: string;
}

/** All steps of the run, or the one named. */
export async function listSteps(
  sql: Sql | Tx,
  key: WorkflowKey,
  run: number,
  stepName: string | null,
): Promise<StepView[]> {
  const steps = await sql<StepView[]>`
    SELECT id, step_name AS "stepName", execution_order AS "executionOrder", status, inferred,
      current_attempt AS "currentAttempt", max_attempts AS "maxAttempts",
      result, result IS NOT NULL AS "hasResult", result_event_id AS "resultEventId", cached,
      error_message AS "errorMessage", error_stack AS "errorStack", will_retry AS "willRetry",
      retry_count AS "retryCount", next_retry_at::text AS "nextRetryAt", last_retry_delay_ms AS "lastRetryDelayMs",
      timeout_ms AS "timeoutMs", timeout_deadline::text AS "timeoutDeadline", timed_out AS "timedOut",
      started_at::text AS "startedAt", completed_at::text AS "completedAt",
      duration_ms AS "durationMs", total_duration_ms AS "totalDurationMs",
      created_at::text AS "createdAt", updated_at::text AS "updatedAt"
    FROM workflow_steps
    WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId} AND run = ${run}
      ${stepName === null ? sql`` : sql`AND step_name = ${stepName}`}
    ORDER BY execution_order, step_name`;
  for (const step of steps) {
    step.nextRetryAt = instantOfText(step.nextRetryAt);
    step.timeoutDeadline = instantOfText(step.timeoutDeadline);
    step.startedAt = instantOfText(step.startedAt);
    step.completedAt = instantOfText(step.completedAt);
    step.createdAt = instantOfText(step.createdAt)!;
    step.updatedAt = instantOfText(step.updatedAt)!;
  }
  return steps;
}
