/**
 * Which tables the document updates for which event ("Event Handler Mapping"), in the cheapest form: one statement per
 * table, no reads. Types that it does not know (queued, cancelled, jobs) are only logged.
 */
import type { SimulatedEvent } from '@wm/simulator';
import type { TransactionSql } from 'postgres';

/** The fields that the updates read. Absent ones are null in the statements. */
interface Fields {
  readonly eventId: string;
  readonly timestamp: string;
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly stepName: string;
  readonly attempt: number;
  readonly attempts: number;
  readonly input?: unknown;
  readonly completedSteps: string[];
  readonly durationMs: number;
  readonly delayMs: number;
  readonly timeoutMs: number;
  readonly cached: boolean;
  readonly willRetry: boolean;
  readonly reason: 'sleep' | 'retry';
  readonly resumeAt: string;
  readonly nextAttemptAt: string;
  readonly deadline: string;
  readonly error: { readonly message: string; readonly stack?: string };
}

type Update = (tx: TransactionSql, event: Fields) => Promise<unknown>;

const ofWorkflow = (tx: TransactionSql, { env, serviceKey, workflowId }: Fields) =>
  tx`env = ${env} AND service_key = ${serviceKey} AND workflow_id = ${workflowId}`;
const ofStep = (tx: TransactionSql, event: Fields) => tx`${ofWorkflow(tx, event)} AND step_name = ${event.stepName}`;
const ofAttempt = (tx: TransactionSql, event: Fields) => tx`${ofStep(tx, event)} AND attempt_number = ${event.attempt}`;
const seen = (tx: TransactionSql, event: Fields) =>
  tx`updated_at = now(), last_event_id = ${event.eventId}, last_event_at = ${event.timestamp}`;

const updates: Readonly<Record<string, Update>> = {
  'workflow.started': (tx, event) => tx`
    INSERT INTO workflows (workflow_id, workflow_name, env, service_key, input, status, started_at, last_event_id, last_event_at)
    VALUES (${event.workflowId}, ${event.workflowName}, ${event.env}, ${event.serviceKey}, ${JSON.stringify(event.input ?? null)}::text::jsonb,
            'running', ${event.timestamp}, ${event.eventId}, ${event.timestamp})
    ON CONFLICT (env, service_key, workflow_id) DO UPDATE
    SET status = 'running', input = EXCLUDED.input, started_at = EXCLUDED.started_at, ${seen(tx, event)}`,
  'workflow.completed': (tx, event) => tx`
    UPDATE workflows SET status = 'completed', completed_at = ${event.timestamp}, duration_ms = ${event.durationMs},
           completed_steps = ${event.completedSteps}, ${seen(tx, event)}
    WHERE ${ofWorkflow(tx, event)}`,
  'workflow.failed': (tx, event) => tx`
    UPDATE workflows SET status = 'failed', failed_at = ${event.timestamp}, error_message = ${event.error.message},
           error_stack = ${event.error.stack ?? null}, completed_steps = ${event.completedSteps}, ${seen(tx, event)}
    WHERE ${ofWorkflow(tx, event)}`,
  'workflow.paused': (tx, event) => tx`
    UPDATE workflows SET status = 'paused', pause_reason = ${event.reason}, resume_at = ${event.resumeAt}, ${seen(tx, event)}
    WHERE ${ofWorkflow(tx, event)}`,
  'workflow.resumed': (tx, event) => tx`
    UPDATE workflows SET status = 'running', pause_reason = NULL, resume_at = NULL, ${seen(tx, event)}
    WHERE ${ofWorkflow(tx, event)}`,
  'step.started': async (tx, event) => {
    await tx`
      INSERT INTO workflow_steps (workflow_id, env, service_key, step_name, status, current_attempt, started_at)
      VALUES (${event.workflowId}, ${event.env}, ${event.serviceKey}, ${event.stepName}, 'running', ${event.attempt}, ${event.timestamp})
      ON CONFLICT (env, service_key, workflow_id, step_name) DO UPDATE
      SET status = 'running', current_attempt = EXCLUDED.current_attempt, updated_at = now()`;
    // The document's result is NOT NULL although an attempt begins without one: 'success' until told otherwise.
    await tx`
      INSERT INTO step_attempts (workflow_id, env, service_key, step_name, attempt_number, result, started_at, start_event_id)
      VALUES (${event.workflowId}, ${event.env}, ${event.serviceKey}, ${event.stepName}, ${event.attempt}, 'success',
              ${event.timestamp}, ${event.eventId})
      ON CONFLICT (env, service_key, workflow_id, step_name, attempt_number) DO NOTHING`;
  },
  'step.completed': async (tx, event) => {
    await tx`
      UPDATE workflow_steps SET status = 'completed', completed_at = ${event.timestamp}, duration_ms = ${event.durationMs},
             cached = ${event.cached}, updated_at = now()
      WHERE ${ofStep(tx, event)}`;
    await tx`
      UPDATE step_attempts SET result = 'success', ended_at = ${event.timestamp}, duration_ms = ${event.durationMs},
             end_event_id = ${event.eventId}
      WHERE ${ofAttempt(tx, event)}`;
  },
  'step.failed': async (tx, event) => {
    await tx`
      UPDATE workflow_steps SET status = ${event.willRetry ? 'retrying' : 'failed'}, error_message = ${event.error.message},
             error_stack = ${event.error.stack ?? null}, will_retry = ${event.willRetry}, updated_at = now()
      WHERE ${ofStep(tx, event)}`;
    await tx`
      UPDATE step_attempts SET result = 'failure', ended_at = ${event.timestamp}, error_message = ${event.error.message},
             error_stack = ${event.error.stack ?? null}, end_event_id = ${event.eventId}
      WHERE ${ofAttempt(tx, event)}`;
  },
  'retry.scheduled': (tx, event) => tx`
    UPDATE workflow_steps SET status = 'retrying', retry_count = retry_count + 1, next_retry_at = ${event.nextAttemptAt},
           last_retry_delay_ms = ${Math.round(event.delayMs)}, updated_at = now()
    WHERE ${ofStep(tx, event)}`,
  'retry.exhausted': (tx, event) => tx`
    UPDATE workflow_steps SET status = 'failed', max_attempts = ${event.attempts}, updated_at = now()
    WHERE ${ofStep(tx, event)}`,
  'sleep.started': (tx, event) => tx`
    INSERT INTO workflow_sleeps (workflow_id, env, service_key, duration_ms, started_at, resume_at, start_event_id)
    VALUES (${event.workflowId}, ${event.env}, ${event.serviceKey}, ${event.durationMs}, ${event.timestamp}, ${event.resumeAt},
            ${event.eventId})`,
  'sleep.completed': (tx, event) => tx`
    UPDATE workflow_sleeps SET completed = true, completed_at = ${event.timestamp}, complete_event_id = ${event.eventId}
    WHERE ${ofWorkflow(tx, event)} AND NOT completed`,
  'timeout.set': (tx, event) => tx`
    UPDATE workflow_steps SET timeout_ms = ${event.timeoutMs}, timeout_deadline = ${event.deadline}, updated_at = now()
    WHERE ${ofStep(tx, event)}`,
  'timeout.exceeded': (tx, event) => tx`
    UPDATE workflow_steps SET timed_out = true, updated_at = now()
    WHERE ${ofStep(tx, event)}`,
};

/** Updates the tables that the document names for the type of this event. */
export async function updateTables(tx: TransactionSql, event: SimulatedEvent): Promise<void> {
  await updates[event.type]?.(tx, event as unknown as Fields);
}
