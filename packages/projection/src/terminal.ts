/** What a terminal event does: the run ends, and with it everything that is open. */
import type { WorkflowEventBody } from '@wm/events';
import { errorGroup } from './error-group.ts';
import {
  addGap,
  closeAttempt,
  completeStep,
  endAttempt,
  executedStepOf,
  findAttempt,
  endSleep,
  isAfterStart,
  leavePause,
  openAttempts,
  stepOf,
} from './run-parts.ts';
import type { EventOf } from './run-parts.ts';
import type { RunRow, RunState, StepRow } from './state.ts';

type Terminal = EventOf<'workflow.completed' | 'workflow.failed' | 'workflow.cancelled'>;

/** The last terminal wins: what an earlier one set is taken back first. */
export function workflowEnded(run: RunState, event: Terminal): void {
  const { row } = run;
  if (row.startedAt === null && event.type !== 'workflow.cancelled') addGap(row, 'start');
  leavePause(row, event.at);
  clearTerminal(row);
  switch (event.type) {
    case 'workflow.completed':
      row.status = 'completed';
      row.completedAt = event.at;
      if (event.hasValue) row.foldState.outputEvent = { at: event.at, id: event.id };
      break;
    case 'workflow.failed':
      row.status = 'failed';
      row.failedAt = event.at;
      blame(run, event);
      break;
    case 'workflow.cancelled':
      row.status = 'cancelled';
      row.cancelledAt = event.at;
      row.cancelReason = event.body.reason ?? null;
      break;
  }
  row.durationMs = row.startedAt === null ? null : Math.max(0, event.at - row.startedAt);
  row.activeMs = row.durationMs === null ? null : Math.max(0, row.durationMs - row.sleepingMs - row.retryWaitMs);
  completeListedSteps(run, event.body.completedSteps);
  closeOpenParts(run, event);
  listCompletedSteps(run, event.body.completedSteps);
}

/** In the client's own order as far as it gives one, then by the time of completion. */
function listCompletedSteps(run: RunState, names: readonly string[]): void {
  const completed = [...run.steps.values()]
    .filter((step) => step.status === 'completed')
    .toSorted(byCompletion)
    .map((step) => step.stepName);
  const known = new Set(completed);
  run.row.completedSteps = [...new Set([...names.filter((name) => known.has(name)), ...completed])];
  run.row.completedStepCount = run.row.completedSteps.length;
}

/** Those that are only inferred have no time, and come last. */
function byCompletion(a: StepRow, b: StepRow): number {
  if (a.completedAt === b.completedAt) return a.executionOrder - b.executionOrder;
  return (a.completedAt ?? Infinity) - (b.completedAt ?? Infinity);
}

function clearTerminal(row: RunRow): void {
  row.completedAt = null;
  row.failedAt = null;
  row.cancelledAt = null;
  row.cancelReason = null;
  row.errorMessage = null;
  row.errorStack = null;
  row.errorStepName = null;
  row.errorAttempt = null;
  row.errorStepInferred = false;
  row.errorGroup = null;
  row.foldState.outputEvent = null;
}

/**
 * Which step made the workflow fail. The oldest client says so. Otherwise it is the step whose failure is newer than
 * the start of the newest open attempt; failing that, the step with the newest open attempt, which is a conclusion.
 */
function blame(run: RunState, event: EventOf<'workflow.failed'>): void {
  const { row } = run;
  const { error } = event.body;
  row.errorMessage = error.message;
  row.errorStack = error.stack ?? null;
  row.errorGroup = errorGroup(error.message, error.stack);

  const failure = row.foldState.failures.at(-1);
  const open = openAttempts(run).findLast(({ stepName }) => run.steps.get(stepName)?.status !== 'completed');
  if (error.stepName !== undefined) {
    row.errorStepName = error.stepName;
    row.errorAttempt = error.attempt ?? run.steps.get(error.stepName)?.currentAttempt ?? null;
    failOpenAttempt(run, event, error.stepName, false);
    failStep(run, event, error.stepName, false);
  } else if (failure !== undefined && (open === undefined || isAfterStart(failure, open))) {
    row.errorStepName = failure.stepName;
    row.errorAttempt = failure.attempt;
    failStep(run, event, failure.stepName, false);
  } else if (open !== undefined) {
    row.errorStepName = open.stepName;
    row.errorAttempt = open.attemptNumber;
    row.errorStepInferred = true;
    failOpenAttempt(run, event, open.stepName, true);
    failStep(run, event, open.stepName, true);
  }
  if (row.errorStepName !== null) giveText(run, row.errorStepName, row.errorAttempt, error);
}

function failOpenAttempt(run: RunState, event: EventOf<'workflow.failed'>, stepName: string, inferred: boolean): void {
  const newest = openAttempts(run, stepName).at(-1);
  if (newest === undefined) return;
  endAttempt(run, newest, 'failure', event);
  newest.inferred = inferred;
}

/** The step to blame has failed, even where it was still waiting for its retry. */
function failStep(run: RunState, event: EventOf<'workflow.failed'>, stepName: string, inferred: boolean): void {
  if (!run.steps.has(stepName)) return;
  const step = stepOf(run, stepName);
  if (step.status === 'completed' || step.status === 'failed') return;
  step.status = 'failed';
  step.inferred = inferred;
  step.willRetry = false;
  step.nextRetryAt = null;
  step.completedAt = event.at;
  step.durationMs = findAttempt(run, stepName, step.currentAttempt)?.durationMs ?? step.durationMs;
  step.totalDurationMs = step.startedAt === null ? null : Math.max(0, event.at - step.startedAt);
}

/** A step that failed without a text of its own (retries exhausted, a defect) takes the workflow's. */
function giveText(
  run: RunState,
  stepName: string,
  attemptNumber: number | null,
  error: WorkflowEventBody<'workflow.failed'>['error'],
): void {
  const step = run.steps.get(stepName);
  if (step !== undefined && step.status !== 'completed' && step.errorMessage === null) {
    run.changed.steps.add(stepName);
    step.errorMessage = error.message;
    step.errorStack = error.stack ?? null;
  }
  const attempt = attemptNumber === null ? undefined : findAttempt(run, stepName, attemptNumber);
  if (attempt !== undefined && attempt.result !== 'success' && attempt.errorMessage === null) {
    attempt.errorMessage = error.message;
    attempt.errorStack = error.stack ?? null;
  }
}

/** Steps that the terminal lists but that never reported their completion: complete, but only inferred. */
function completeListedSteps(run: RunState, names: readonly string[]): void {
  for (const stepName of names) {
    if (run.steps.get(stepName)?.status === 'completed' || stepName === run.row.errorStepName) continue;
    const step = executedStepOf(run, stepName);
    for (const attempt of openAttempts(run, stepName)) {
      attempt.result = 'success';
      attempt.inferred = true;
      closeAttempt(run, attempt);
    }
    completeStep(run, step);
    step.inferred = true;
    step.completedAt = null;
    step.resultEventId = null;
    step.durationMs = null;
    step.totalDurationMs = null;
    addGap(run.row, 'step');
  }
}

function closeOpenParts(run: RunState, event: Terminal): void {
  for (const attempt of openAttempts(run)) endAttempt(run, attempt, 'interrupted', event);
  for (const step of run.steps.values()) {
    if (step.status === 'running' || step.status === 'retrying' || step.status === 'pending') {
      step.status = 'interrupted';
      step.willRetry = null;
      step.nextRetryAt = null;
      run.changed.steps.add(step.stepName);
    }
  }
  for (const sleep of run.open.sleeps.values()) endSleep(run, sleep, 'terminal', event.at);
}
