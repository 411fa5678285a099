import type { Gap, PauseReason, WorkflowStatus } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

/** What every view of a run shows. Instants are Dates of whole milliseconds, durations milliseconds. */
export interface RunSummary {
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: WorkflowStatus;
  pauseReason: PauseReason | null;
  resumeAt: Date | null;
  currentStep: string | null;
  runningSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all steps of the run. */
  retryCount: number;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: Date | null;
  startedAt: Date | null;
  completedAt: Date | null;
  failedAt: Date | null;
  cancelledAt: Date | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  gaps: Gap[];
  anomalies: string[];
  eventCount: number;
  sortAt: Date;
  firstEventAt: Date;
  lastEventAt: Date;
  updatedAt: Date;
}

/** The columns of RunSummary, from a table or alias named `workflows`. Nothing in it grows with the length of a run. */
export function runSummaryColumns(sql: Sql | Tx) {
  return sql`
    id, env, service_key AS "serviceKey", workflow_id AS "workflowId", run, latest,
    workflow_name AS "workflowName", execution_id AS "executionId",
    status, pause_reason AS "pauseReason", resume_at AS "resumeAt",
    current_step AS "currentStep", running_steps AS "runningSteps",
    completed_step_count AS "completedStepCount", total_steps_executed AS "totalStepsExecuted", retry_count AS "retryCount",
    error_step_name AS "errorStepName", error_attempt AS "errorAttempt", error_step_inferred AS "errorStepInferred",
    error_group AS "errorGroup", cancel_reason AS "cancelReason",
    queued_at AS "queuedAt", started_at AS "startedAt", completed_at AS "completedAt",
    failed_at AS "failedAt", cancelled_at AS "cancelledAt",
    duration_ms AS "durationMs", active_ms AS "activeMs", sleeping_ms AS "sleepingMs", retry_wait_ms AS "retryWaitMs",
    gaps, anomalies, event_count AS "eventCount",
    sort_at AS "sortAt", first_event_at AS "firstEventAt", last_event_at AS "lastEventAt", updated_at AS "updatedAt"`;
}
