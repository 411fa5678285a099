/** What step, retry and timeout events do to a run. */
import type { Position } from '@wm/events';
import { minuteOf } from './contribution.ts';
import {
  addAnomaly,
  attemptToEnd,
  clearFailure,
  completeStep,
  endAttempt,
  executedStepOf,
  findAttempt,
  isEnded,
  makeAttempt,
  openAttempts,
  rememberFailure,
  signOfLife,
  stepOf,
} from './run-parts.ts';
import type { EventOf } from './run-parts.ts';
import { attemptKey } from './state.ts';
import type { RunState, StepRow } from './state.ts';

/** An attempt begins, or begins again after it was interrupted: its row is the same. */
export function stepStarted(run: RunState, event: EventOf<'step.started'>): void {
  signOfLife(run);
  const { stepName, attempt: number, maxAttempts } = event.body;
  const attempt = findAttempt(run, stepName, number) ?? makeAttempt(run, stepName, number);
  attempt.result = 'running';
  attempt.inferred = false;
  attempt.errorMessage = null;
  attempt.errorStack = null;
  attempt.startedAt = event.at;
  attempt.startEventId = event.id;
  attempt.endedAt = null;
  attempt.endEventId = null;
  attempt.durationMs = null;
  run.open.attempts.set(attemptKey(stepName, number), attempt);

  const step = executedStepOf(run, stepName);
  step.currentAttempt = number;
  step.maxAttempts = maxAttempts ?? step.maxAttempts;
  step.startedAt ??= event.at;
  if (isEnded(run.row.status)) {
    // Nothing runs in a run that has ended: what this attempt became is not known.
    endAttempt(run, attempt, 'interrupted', event);
    if (step.status !== 'completed' && step.status !== 'failed') step.status = 'interrupted';
    return;
  }
  step.status = 'running';
  step.inferred = false;
  step.cached = false;
  step.resultEventId = null;
  step.timedOut = false;
  step.completedAt = null;
  step.durationMs = null;
  step.totalDurationMs = null;
  clearFailure(step);
}

export function stepCompleted(run: RunState, event: EventOf<'step.completed'>): void {
  signOfLife(run);
  const { stepName, attempt: number } = event.body;
  const cached = event.body.cached === true;
  const step = executedStepOf(run, stepName);
  const known = findAttempt(run, stepName, number);
  // A cached result is read, not made: it says nothing new about a step that is known to be complete.
  if (cached && step.status === 'completed' && !step.inferred) return;

  const attempt = known ?? (cached ? undefined : attemptToEnd(run, stepName, number));
  if (attempt !== undefined) {
    endAttempt(run, attempt, 'success', event);
    attempt.errorMessage = null;
    attempt.errorStack = null;
  }
  completeStep(run, step);
  step.inferred = false;
  step.cached = cached;
  step.currentAttempt = number;
  endStep(step, event, attempt?.durationMs ?? null);
  step.resultEventId = event.hasValue ? event.id : null;
}

export function stepFailed(run: RunState, event: EventOf<'step.failed'>): void {
  signOfLife(run);
  const { stepName, attempt: number, error } = event.body;
  const willRetry = event.body.willRetry === true;
  // In this client's own words only: a user's "fetch timed out" is an ordinary failure.
  const timedOut = error.message.startsWith(`Step "${stepName}" timed out after`);
  const attempt = attemptToEnd(run, stepName, number);
  endAttempt(run, attempt, timedOut ? 'timeout' : 'failure', event);
  attempt.errorMessage = error.message;
  attempt.errorStack = error.stack ?? null;

  const step = executedStepOf(run, stepName);
  step.status = willRetry ? retryingStatus(run) : 'failed';
  step.inferred = false;
  step.currentAttempt = number;
  step.errorMessage = error.message;
  step.errorStack = error.stack ?? null;
  step.willRetry = willRetry;
  step.timedOut = timedOut;
  endStep(step, event, attempt.durationMs);
  if (willRetry) reopenStep(step);
  rememberFailure(run, event, stepName, number);
}

/** The failure of one attempt, as the client reports it: no step.failed is sent for an attempt that will be retried. */
export function retryScheduled(run: RunState, event: EventOf<'retry.scheduled'>): void {
  signOfLife(run);
  const { stepName, attempt: number, nextAttemptAt, delayMs } = event.body;
  const known = run.steps.get(stepName);
  if (known?.status === 'completed') {
    addAnomaly(run.row, 'retry_of_completed_step');
    return;
  }
  const attempt = attemptToEnd(run, stepName, number);
  // A reported failure or timeout of this attempt keeps its own end and text.
  if (attempt.result !== 'failure' && attempt.result !== 'timeout') endAttempt(run, attempt, 'failure', event);

  const step = executedStepOf(run, stepName);
  if (!attempt.retryScheduled) {
    step.retryCount += 1;
    run.row.retryCount += 1;
    step.retryMinutes = [...step.retryMinutes, minuteOf(event.at)];
    attempt.retryScheduled = true;
    attempt.retryScheduledAt = event.at;
  }
  attempt.retryDelayMs = delayMs ?? null;
  attempt.nextAttemptAt = nextAttemptAt ?? null;

  step.status = retryingStatus(run);
  step.inferred = false;
  step.currentAttempt = number;
  step.willRetry = true;
  step.nextRetryAt = isEnded(run.row.status) ? null : (nextAttemptAt ?? null);
  step.lastRetryDelayMs = delayMs ?? null;
  step.durationMs = attempt.durationMs;
  reopenStep(step);
  rememberFailure(run, event, stepName, number);
}

/** The failure of the step: every open attempt ends. Its text comes only with the workflow.failed that may follow. */
export function retryExhausted(run: RunState, event: EventOf<'retry.exhausted'>): void {
  signOfLife(run);
  const { stepName } = event.body;
  const step = executedStepOf(run, stepName);
  const open = openAttempts(run, stepName);
  for (const attempt of open) endAttempt(run, attempt, 'failure', event);
  // `attempts` is a count and sometimes one less than the attempt that was open, so it names nothing.
  const last = open.at(-1) ?? findAttempt(run, stepName, step.currentAttempt);
  step.status = 'failed';
  step.inferred = false;
  step.willRetry = false;
  step.nextRetryAt = null;
  endStep(step, event, last?.durationMs ?? null);
  rememberFailure(run, event, stepName, last?.attemptNumber ?? step.currentAttempt);
}

export function timeoutSet(run: RunState, event: EventOf<'timeout.set'>): void {
  signOfLife(run);
  const step = stepOf(run, event.body.stepName);
  step.timeoutMs = event.body.timeoutMs ?? null;
  step.timeoutDeadline = event.body.deadline ?? null;
  if (isEnded(run.row.status) && step.status === 'pending') step.status = 'interrupted';
}

export function timeoutExceeded(run: RunState, event: EventOf<'timeout.exceeded'>): void {
  signOfLife(run);
  const { stepName, timeoutMs } = event.body;
  const step = executedStepOf(run, stepName);
  const attempt = openAttempts(run, stepName).at(-1);
  if (attempt !== undefined) endAttempt(run, attempt, 'timeout', event);
  step.status = 'failed';
  step.inferred = false;
  step.timedOut = true;
  step.timeoutMs ??= timeoutMs ?? null;
  step.nextRetryAt = null;
  endStep(step, event, attempt?.durationMs ?? null);
  rememberFailure(run, event, stepName, attempt?.attemptNumber ?? step.currentAttempt);
}

function endStep(step: StepRow, by: Position, lastAttemptMs: number | null): void {
  step.completedAt = by.at;
  step.resultEventId = null;
  step.durationMs = lastAttemptMs;
  step.totalDurationMs = step.startedAt === null ? null : Math.max(0, by.at - step.startedAt);
}

/** A step that will be tried again has not ended. */
function reopenStep(step: StepRow): void {
  step.completedAt = null;
  step.resultEventId = null;
  step.totalDurationMs = null;
}

function retryingStatus(run: RunState): 'retrying' | 'interrupted' {
  return isEnded(run.row.status) ? 'interrupted' : 'retrying';
}
