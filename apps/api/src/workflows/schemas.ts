/** The JSON of workflows and their parts. Instants are ISO strings in UTC with milliseconds, durations whole milliseconds. */
import { z } from '@hono/zod-openapi';
import { activeState, evidenceSchema } from '../active/activity.ts';
import { instantJson } from '../http/params.ts';

export const workflowStatus = z.enum(['pending', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled']);
const certainty = z.enum(['observed', 'inferred', 'missing']);
const ms = z.int();
const count = z.int();
const anyJson = z.any().openapi({ description: 'Any JSON' });

const runFields = {
  id: z.uuid().openapi({ description: 'Stable through rebuilds' }),
  env: z.string(),
  serviceKey: z.string(),
  workflowId: z.string(),
  run: count.openapi({ description: 'From 1: clients use ids again' }),
  latest: z.boolean(),
  workflowName: z.string(),
  executionId: z.string().nullable(),
  status: workflowStatus,
  activityState: activeState.nullable(),
  pauseReason: z.enum(['sleep', 'retry']).nullable(),
  resumeAt: instantJson.nullable(),
  currentStep: z.string().nullable(),
  runningSteps: z.array(z.string()),
  completedStepCount: count,
  totalStepsExecuted: count,
  retryCount: count.openapi({ description: 'Retries of all its steps' }),
  errorStepName: z.string().nullable(),
  errorAttempt: count.nullable(),
  errorStepInferred: z.boolean(),
  errorGroup: z.string().nullable(),
  cancelReason: z.string().nullable(),
  queuedAt: instantJson.nullable(),
  startedAt: instantJson.nullable(),
  completedAt: instantJson.nullable(),
  failedAt: instantJson.nullable(),
  cancelledAt: instantJson.nullable(),
  durationMs: ms.nullable(),
  activeMs: ms.nullable(),
  sleepingMs: ms,
  retryWaitMs: ms,
  gaps: z.array(z.enum(['start', 'end', 'step'])).openapi({ description: 'What is known to be missing' }),
  anomalies: z.array(z.string()).openapi({ description: 'What made no sense' }),
  certainty: z.object({ start: certainty.nullable(), end: certainty.nullable(), errorStep: certainty.nullable() }),
  eventCount: count,
  sortAt: instantJson.openapi({ description: 'Started, else queued, else first event: what lists are ordered by' }),
  firstEventAt: instantJson,
  lastEventAt: instantJson,
  updatedAt: instantJson,
};

export const runSummarySchema = z.object(runFields).openapi('Run');

export const workflowListItemSchema = z
  .object({ ...runFields, errorMessage: z.string().nullable().openapi({ description: 'Its first 500 characters' }) })
  .openapi('WorkflowListItem');

export const workflowSchema = z
  .object({
    ...runFields,
    completedSteps: z.array(z.string()),
    input: anyJson,
    hasInput: z.boolean().openapi({ description: 'Tells an input of null from none' }),
    output: anyJson,
    hasOutput: z.boolean(),
    evidence: evidenceSchema,
    errorMessage: z.string().nullable(),
    errorStack: z.string().nullable(),
    firstEventId: z.uuid(),
    lastEventId: z.uuid(),
    projectionVersion: count,
    createdAt: instantJson,
  })
  .openapi('Workflow');

const attemptSchema = z
  .object({
    id: z.uuid(),
    stepName: z.string(),
    attemptNumber: count,
    result: z.enum(['running', 'success', 'failure', 'timeout', 'interrupted']),
    inferred: z.boolean(),
    errorMessage: z.string().nullable(),
    errorStack: z.string().nullable(),
    startedAt: instantJson.nullable(),
    endedAt: instantJson.nullable(),
    durationMs: ms.nullable(),
    retryScheduled: z.boolean(),
    retryScheduledAt: instantJson.nullable(),
    retryDelayMs: ms.nullable(),
    nextAttemptAt: instantJson.nullable(),
    startEventId: z.uuid().nullable(),
    endEventId: z.uuid().nullable(),
  })
  .openapi('Attempt');

export const stepSchema = z
  .object({
    id: z.uuid(),
    stepName: z.string(),
    executionOrder: count,
    status: z.enum(['pending', 'running', 'completed', 'failed', 'retrying', 'interrupted']),
    inferred: z.boolean().openapi({ description: 'The status was concluded, not reported' }),
    currentAttempt: count,
    maxAttempts: count.nullable(),
    result: anyJson,
    hasResult: z.boolean(),
    resultEventId: z.uuid().nullable(),
    cached: z.boolean(),
    errorMessage: z.string().nullable(),
    errorStack: z.string().nullable(),
    willRetry: z.boolean().nullable(),
    retryCount: count,
    nextRetryAt: instantJson.nullable(),
    lastRetryDelayMs: ms.nullable(),
    timeoutMs: ms.nullable(),
    timeoutDeadline: instantJson.nullable(),
    timedOut: z.boolean(),
    startedAt: instantJson.nullable(),
    completedAt: instantJson.nullable(),
    durationMs: ms.nullable().openapi({ description: 'Of the last attempt' }),
    totalDurationMs: ms.nullable().openapi({ description: 'First start to end, waits included' }),
    createdAt: instantJson,
    updatedAt: instantJson,
    attempts: z.array(attemptSchema),
  })
  .openapi('Step');

/** As it stood at an event: a row of that time was never written. */
export const stateWorkflowSchema = workflowSchema
  .omit({ createdAt: true, updatedAt: true, evidence: true })
  .openapi('WorkflowState');
export const stateStepSchema = stepSchema.omit({ createdAt: true, updatedAt: true }).openapi('StepState');

export const timeSplitSchema = z
  .object({
    totalMs: ms
      .nullable()
      .openapi({ description: 'From the start to the end or to asOf; null: the start is not known' }),
    activeMs: ms.nullable().openapi({ description: 'What sleeping and waiting leave of it' }),
    sleepingMs: ms,
    retryWaitMs: ms,
    final: z.boolean().openapi({ description: 'false: it goes on, and these are as of asOf' }),
    telemetryDelay: z.object({ medianMs: ms.nullable(), maxMs: ms.nullable(), lastMs: ms.nullable() }).openapi({
      description:
        "How long after its time, by the client's clock, each event arrived; below zero where that clock is ahead",
    }),
  })
  .openapi('TimeSplit');

/** Ids of events by field. */
export const setBySchema = z
  .record(z.string(), z.uuid())
  .openapi({ description: 'Which event set each field; a field that is not there was set by none' });

export const spanSchema = z
  .object({
    kind: z.enum(['step', 'attempt', 'retry_wait', 'sleep', 'pause']),
    stepName: z.string().nullable(),
    attempt: count.nullable(),
    startedAt: instantJson.nullable().openapi({ description: 'null: the start never arrived' }),
    endedAt: instantJson.nullable().openapi({ description: 'null: it goes on, or its end is not known' }),
    outcome: z.string().nullable().openapi({
      description:
        'The status of a step, or of the step behind a wait; the result of an attempt; what ended a sleep; the reason of a pause',
    }),
    inferred: z.boolean(),
    startEventId: z.uuid().nullable(),
    endEventId: z.uuid().nullable(),
  })
  .openapi('Span');

export const sleepSchema = z
  .object({
    id: z.uuid(),
    startEventId: z.uuid(),
    durationMs: ms.nullable(),
    startedAt: instantJson,
    resumeAt: instantJson.nullable(),
    completedAt: instantJson.nullable().openapi({ description: 'When it ended, whatever ended it' }),
    completed: z.boolean().openapi({ description: 'Only where the client reported its end' }),
    endReason: z.enum(['completed', 'superseded', 'terminal']).nullable(),
    completeEventId: z.uuid().nullable(),
  })
  .openapi('Sleep');

export const eventSchema = z
  .object({
    id: z.uuid(),
    type: z.string(),
    timestamp: instantJson,
    source: z.string(),
    workflowName: z.string(),
    executionId: z.string().nullable(),
    payload: anyJson.openapi({ description: 'The event as it came' }),
    flags: z.array(z.string()).openapi({ description: 'What ingest noticed about it' }),
    receivedAt: instantJson,
    processed: z.boolean(),
    processedAt: instantJson.nullable(),
    processingError: z.string().nullable().openapi({ description: 'Set: every fold skips this event' }),
  })
  .openapi('Event');
