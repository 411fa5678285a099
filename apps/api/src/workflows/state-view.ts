/** A run in memory as the API shows it: what the tables would hold, had the log ended there. */
import {
  attemptRowId,
  sleepRowId,
  stepRowId,
  workflowRowId,
  type AttemptRow,
  type RunState,
  type StepRow,
  type WorkflowKey,
} from '@wm/projection';
import { instantText } from '@wm/store';
import { byStep } from './by-step.ts';

/** Inputs, outputs and results, by the id of the event that carried them. */
type Values = ReadonlyMap<string, unknown>;

const instant = (at: number | null): string | null => (at === null ? null : instantText(at));
const date = (at: number | null): Date | null => (at === null ? null : new Date(at));

/** Ids of the events whose values the run shows. */
export function loggedIdsOf({ row, steps }: RunState): string[] {
  const { inputEvent, outputEvent } = row.foldState;
  return [inputEvent?.id, outputEvent?.id, ...[...steps.values()].map((step) => step.resultEventId)].filter(
    (id) => typeof id === 'string',
  );
}

export function stateWorkflow(key: WorkflowKey, { row }: RunState, values: Values) {
  const { foldState, firstEvent, lastEvent, ...rest } = row;
  return {
    ...rest,
    id: workflowRowId(key, row.run),
    ...key,
    resumeAt: date(row.resumeAt),
    queuedAt: date(row.queuedAt),
    startedAt: date(row.startedAt),
    completedAt: date(row.completedAt),
    failedAt: date(row.failedAt),
    cancelledAt: date(row.cancelledAt),
    sortAt: new Date(row.sortAt),
    firstEventAt: new Date(firstEvent.at),
    firstEventId: firstEvent.id,
    lastEventAt: new Date(lastEvent.at),
    lastEventId: lastEvent.id,
    input: valueOf(foldState.inputEvent?.id, values),
    hasInput: foldState.inputEvent !== null,
    output: valueOf(foldState.outputEvent?.id, values),
    hasOutput: foldState.outputEvent !== null,
  };
}

function valueOf(id: string | null | undefined, values: Values): unknown {
  return id === null || id === undefined ? null : (values.get(id) ?? null);
}

export function stateSteps(key: WorkflowKey, { row: { run }, steps, attempts }: RunState, values: Values) {
  const attemptsOf = byStep(attempts.values());
  return [...steps.values()]
    .toSorted((a, b) => a.executionOrder - b.executionOrder)
    .map((step) => stepView(key, run, step, attemptsOf.get(step.stepName) ?? [], values));
}

/** Field by field, without spreads: of 5,000 steps those took as long as the fold. */
function stepView(key: WorkflowKey, run: number, step: StepRow, attempts: readonly AttemptRow[], values: Values) {
  return {
    stepName: step.stepName,
    executionOrder: step.executionOrder,
    status: step.status,
    inferred: step.inferred,
    currentAttempt: step.currentAttempt,
    maxAttempts: step.maxAttempts,
    resultEventId: step.resultEventId,
    cached: step.cached,
    errorMessage: step.errorMessage,
    errorStack: step.errorStack,
    willRetry: step.willRetry,
    retryCount: step.retryCount,
    nextRetryAt: instant(step.nextRetryAt),
    lastRetryDelayMs: step.lastRetryDelayMs,
    timeoutMs: step.timeoutMs,
    timeoutDeadline: instant(step.timeoutDeadline),
    timedOut: step.timedOut,
    startedAt: instant(step.startedAt),
    completedAt: instant(step.completedAt),
    durationMs: step.durationMs,
    totalDurationMs: step.totalDurationMs,
    id: stepRowId(key, run, step.stepName),
    result: valueOf(step.resultEventId, values),
    hasResult: step.resultEventId !== null,
    attempts: attempts
      .toSorted((a, b) => a.attemptNumber - b.attemptNumber)
      .map((attempt) => attemptView(key, run, attempt)),
  };
}

function attemptView(key: WorkflowKey, run: number, attempt: AttemptRow) {
  return {
    stepName: attempt.stepName,
    attemptNumber: attempt.attemptNumber,
    result: attempt.result,
    inferred: attempt.inferred,
    errorMessage: attempt.errorMessage,
    errorStack: attempt.errorStack,
    startedAt: instant(attempt.startedAt),
    endedAt: instant(attempt.endedAt),
    durationMs: attempt.durationMs,
    retryScheduled: attempt.retryScheduled,
    retryScheduledAt: instant(attempt.retryScheduledAt),
    retryDelayMs: attempt.retryDelayMs,
    nextAttemptAt: instant(attempt.nextAttemptAt),
    startEventId: attempt.startEventId,
    endEventId: attempt.endEventId,
    id: attemptRowId(key, run, attempt.stepName, attempt.attemptNumber),
  };
}

export function stateSleeps(key: WorkflowKey, { row: { run }, sleeps }: RunState) {
  return [...sleeps.values()]
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .map((sleep) => ({
      ...sleep,
      id: sleepRowId(key, run, sleep.startEventId),
      startedAt: instantText(sleep.startedAt),
      resumeAt: instant(sleep.resumeAt),
      completedAt: instant(sleep.completedAt),
    }));
}
