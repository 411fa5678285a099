/** Small moves that the handlers share: finding and making rows, opening and closing attempts, signs of life. */
import { comparePositions } from '@wm/events';
import type { FoldEvent, Position } from '@wm/events';
import { newAttempt, newStep } from './new-rows.ts';
import { attemptKey } from './state.ts';
import type { AttemptResult, AttemptRow, Gap, RunRow, RunState, SleepRow, StepRow, WorkflowStatus } from './state.ts';

export type EventOf<T extends FoldEvent['type']> = Extract<FoldEvent, { type: T }>;

/** While a run is under way, its row lists no more completed steps than this: it is rewritten at every drain. */
export const LISTED_WHILE_RUNNING = 500;

export function isEnded(status: WorkflowStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

export function addGap(row: RunRow, gap: Gap): void {
  if (!row.gaps.includes(gap)) row.gaps = [...row.gaps, gap].toSorted();
}

export function removeGap(row: RunRow, gap: Gap): void {
  row.gaps = row.gaps.filter((known) => known !== gap);
}

export function addAnomaly(row: RunRow, anomaly: string): void {
  if (!row.anomalies.includes(anomaly)) row.anomalies = [...row.anomalies, anomaly].toSorted();
}

/** A step, sleep, retry or timeout event shows that the run lives: it changes pending and queued, never paused. */
export function signOfLife(run: RunState): void {
  const { row } = run;
  if (row.status === 'pending' || row.status === 'queued') {
    row.status = 'running';
    if (row.startedAt === null) addGap(row, 'start');
  }
}

/** The step's row, made as pending where the step was never seen. */
export function stepOf(run: RunState, stepName: string): StepRow {
  let step = run.steps.get(stepName);
  if (step === undefined) {
    run.row.foldState.stepCount += 1;
    step = newStep(stepName, run.row.foldState.stepCount);
    run.steps.set(stepName, step);
  }
  run.changed.steps.add(stepName);
  return step;
}

/** The step's row for an event that shows that it ran: counted as executed the first time. */
export function executedStepOf(run: RunState, stepName: string): StepRow {
  const step = stepOf(run, stepName);
  if (step.status === 'pending') run.row.totalStepsExecuted += 1;
  return step;
}

export function findAttempt(run: RunState, stepName: string, attemptNumber: number): AttemptRow | undefined {
  const key = attemptKey(stepName, attemptNumber);
  const attempt = run.attempts.get(key);
  if (attempt !== undefined) run.changed.attempts.add(key);
  return attempt;
}

export function makeAttempt(run: RunState, stepName: string, attemptNumber: number): AttemptRow {
  const key = attemptKey(stepName, attemptNumber);
  const attempt = newAttempt(stepName, attemptNumber);
  run.attempts.set(key, attempt);
  run.changed.attempts.add(key);
  return attempt;
}

/** The attempt that an event ends: where its start never arrived, a row without one, and a gap. */
export function attemptToEnd(run: RunState, stepName: string, attemptNumber: number): AttemptRow {
  const known = findAttempt(run, stepName, attemptNumber);
  if (known !== undefined) return known;
  addGap(run.row, 'step');
  return makeAttempt(run, stepName, attemptNumber);
}

export function endAttempt(
  run: RunState,
  attempt: AttemptRow,
  result: Exclude<AttemptResult, 'running'>,
  by: Position,
): void {
  attempt.result = result;
  attempt.endedAt = by.at;
  attempt.endEventId = by.id;
  attempt.durationMs = attempt.startedAt === null ? null : Math.max(0, by.at - attempt.startedAt);
  attempt.inferred = false;
  closeAttempt(run, attempt);
}

/** Its result has changed: it is open no longer. */
export function closeAttempt(run: RunState, attempt: AttemptRow): void {
  const key = attemptKey(attempt.stepName, attempt.attemptNumber);
  run.open.attempts.delete(key);
  run.changed.attempts.add(key);
}

export function endSleep(run: RunState, sleep: SleepRow, reason: NonNullable<SleepRow['endReason']>, at: number): void {
  sleep.endReason = reason;
  sleep.completedAt = at;
  run.open.sleeps.delete(sleep.startEventId);
  run.changed.sleeps.add(sleep.startEventId);
}

/** Where an attempt's latest start stands; undefined where the start never arrived. */
function startPosition(attempt: AttemptRow): Position | undefined {
  return attempt.startedAt === null || attempt.startEventId === null
    ? undefined
    : { at: attempt.startedAt, id: attempt.startEventId };
}

/** Attempts without an end, oldest start first. */
export function openAttempts(run: RunState, stepName?: string): AttemptRow[] {
  const open: { attempt: AttemptRow; start: Position }[] = [];
  for (const attempt of run.open.attempts.values()) {
    if (stepName !== undefined && attempt.stepName !== stepName) continue;
    const start = startPosition(attempt);
    if (start !== undefined) open.push({ attempt, start });
  }
  return open.toSorted((a, b) => comparePositions(a.start, b.start)).map(({ attempt }) => attempt);
}

/** Whether a failure stands after the latest start of an attempt. */
export function isAfterStart(failure: Position, attempt: AttemptRow): boolean {
  const start = startPosition(attempt);
  return start === undefined || comparePositions(failure, start) > 0;
}

/** Ends the pause that the run is in, if any, and counts its time. */
export function leavePause(row: RunRow, at: number): void {
  const paused = row.foldState.pausedSince;
  if (paused !== null) {
    const ms = Math.max(0, at - paused.at);
    if (paused.reason === 'sleep') row.sleepingMs += ms;
    if (paused.reason === 'retry') row.retryWaitMs += ms;
  }
  row.foldState.pausedSince = null;
  row.pauseReason = null;
  row.resumeAt = null;
}

/** What every completion of a step does, reported or inferred. */
export function completeStep(run: RunState, step: StepRow): void {
  const { row } = run;
  const listed = step.everCompleted && (!isEnded(row.status) || step.status === 'completed');
  step.status = 'completed';
  clearFailure(step);
  forgetFailure(run, step.stepName);
  step.everCompleted = true;
  if (!listed) {
    row.completedStepCount += 1;
    if (isEnded(row.status) || row.completedSteps.length < LISTED_WHILE_RUNNING) {
      row.completedSteps = [...row.completedSteps, step.stepName];
    }
  }
}

/** However many failures a workflow catches, its state stays small: only the newest can be to blame. */
const FAILURES_REMEMBERED = 20;

export function rememberFailure(run: RunState, { at, id }: Position, stepName: string, attempt: number): void {
  forgetFailure(run, stepName);
  const { foldState } = run.row;
  foldState.failures = [...foldState.failures, { at, id, stepName, attempt }].slice(-FAILURES_REMEMBERED);
}

function forgetFailure({ row: { foldState } }: RunState, stepName: string): void {
  foldState.failures = foldState.failures.filter((failure) => failure.stepName !== stepName);
}

export function clearFailure(step: StepRow): void {
  step.errorMessage = null;
  step.errorStack = null;
  step.willRetry = null;
  step.nextRetryAt = null;
}
