/**
 * The fields that each kind of workflow event carries besides the envelope: one zod schema per type, the single
 * definition that ingest validates with and the fold reads through.
 *
 * Input is what the tracker writes (strings, fractions of milliseconds); output is what the fold works with (instants
 * as milliseconds since the epoch, durations as whole milliseconds). Fields that name something (step, attempt) are
 * required and exact: without them the event cannot be placed. All other fields are tolerant: what cannot be read is
 * absent for the fold and stays as it came in the stored payload.
 */
import { z } from 'zod';
import { count, duration, flag, instant, text } from './fields.ts';

const stepName = z.string().min(1);
const attempt = z.int().min(0).max(2_147_483_647);
/** Real runs have up to 10,000 steps. Each name becomes a row, and a million of them held a worker up for ever. */
const MOST_LISTED_STEPS = 20_000;
const names = z
  .array(z.unknown())
  .max(MOST_LISTED_STEPS)
  .transform((list) => list.filter((name): name is string => typeof name === 'string' && name !== ''))
  .catch([]);

/** An error as a client reports it; `stepName` and `attempt` come from the oldest generation only. */
const failure = z
  .union([
    z.object({
      message: z.string().catch(''),
      stack: text,
      stepName: text,
      attempt: count,
    }),
    z.string().transform((message) => ({
      message,
      stack: undefined,
      stepName: undefined,
      attempt: undefined,
    })),
  ])
  .catch({ message: '', stack: undefined, stepName: undefined, attempt: undefined });

/** Schemas of the type-specific fields, by event type. */
export const workflowEventBodies = {
  'workflow.queued': z.object({}),
  'workflow.started': z.object({}),
  'workflow.completed': z.object({ completedSteps: names, durationMs: duration }),
  'workflow.failed': z.object({ error: failure, completedSteps: names }),
  'workflow.paused': z.object({ reason: text, resumeAt: instant, stepName: text }),
  'workflow.resumed': z.object({}),
  'workflow.cancelled': z.object({ reason: text, completedSteps: names }),
  'step.started': z.object({ stepName, attempt, maxAttempts: count }),
  'step.completed': z.object({ stepName, attempt, durationMs: duration, cached: flag }),
  'step.failed': z.object({ stepName, attempt, error: failure, willRetry: flag }),
  'retry.scheduled': z.object({ stepName, attempt, nextAttemptAt: instant, delayMs: duration }),
  'retry.exhausted': z.object({ stepName, attempts: count }),
  'sleep.started': z.object({ durationMs: duration, resumeAt: instant }),
  'sleep.completed': z.object({ durationMs: duration }),
  'timeout.set': z.object({ stepName, deadline: instant, timeoutMs: duration }),
  'timeout.exceeded': z.object({ stepName, timeoutMs: duration }),
} as const;

export type WorkflowEventType = keyof typeof workflowEventBodies;

/** The type-specific fields of one kind of event, as the fold reads them. */
export type WorkflowEventBody<T extends WorkflowEventType> = z.output<(typeof workflowEventBodies)[T]>;

export function isWorkflowEventType(type: string): type is WorkflowEventType {
  return Object.hasOwn(workflowEventBodies, type);
}
