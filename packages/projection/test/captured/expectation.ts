/**
 * How the rows of a captured workflow are written down by hand. Times are milliseconds after the workflow's first event
 * (`firstEventAt`); a field that is left out is expected to have the default shown in the builders below.
 */
import type { AttemptResult, AttemptRow, RunRow, SleepRow, StepRow } from '@wm/projection';

/** The fields of a run that are compared; `completedStepCount` follows from `completedSteps`. */
export type ExpectedRunRow = Pick<
  RunRow,
  | 'run'
  | 'latest'
  | 'status'
  | 'pauseReason'
  | 'resumeAt'
  | 'currentStep'
  | 'runningSteps'
  | 'completedSteps'
  | 'totalStepsExecuted'
  | 'errorMessage'
  | 'errorStepName'
  | 'errorAttempt'
  | 'errorStepInferred'
  | 'cancelReason'
  | 'queuedAt'
  | 'startedAt'
  | 'completedAt'
  | 'failedAt'
  | 'cancelledAt'
  | 'durationMs'
  | 'activeMs'
  | 'sleepingMs'
  | 'retryWaitMs'
  | 'gaps'
  | 'anomalies'
>;

export type ExpectedStepRow = Pick<
  StepRow,
  | 'stepName'
  | 'status'
  | 'inferred'
  | 'currentAttempt'
  | 'retryCount'
  | 'nextRetryAt'
  | 'lastRetryDelayMs'
  | 'timeoutMs'
  | 'timedOut'
  | 'startedAt'
  | 'completedAt'
  | 'durationMs'
  | 'totalDurationMs'
  | 'cached'
  | 'errorMessage'
>;

export type ExpectedAttemptRow = Pick<
  AttemptRow,
  | 'attemptNumber'
  | 'result'
  | 'inferred'
  | 'startedAt'
  | 'endedAt'
  | 'durationMs'
  | 'retryScheduled'
  | 'retryDelayMs'
  | 'nextAttemptAt'
  | 'errorMessage'
>;

export type ExpectedSleepRow = Pick<
  SleepRow,
  'durationMs' | 'startedAt' | 'resumeAt' | 'completedAt' | 'completed' | 'endReason'
>;

/** Steps stand in execution order, attempts by number, sleeps by start. */
export interface ExpectedStep {
  row: ExpectedStepRow;
  attempts: ExpectedAttemptRow[];
}

export interface ExpectedRun {
  row: ExpectedRunRow;
  steps: ExpectedStep[];
  sleeps: ExpectedSleepRow[];
}

/** One workflow of a captured file; its execution id is what finds it there. */
export interface ExpectedWorkflow {
  executionId: string;
  workflowName: string;
  /** Time of its first event. */
  firstEventAt: string;
  runs: ExpectedRun[];
}

/** A run. Left-out fields: run 1, the latest, no pause, no error, nothing running, no waits, no gaps. */
export function run(
  row: Pick<ExpectedRunRow, 'status'> & Partial<ExpectedRunRow>,
  steps: ExpectedStep[] = [],
  sleeps: ExpectedSleepRow[] = [],
): ExpectedRun {
  return {
    row: {
      run: 1,
      latest: true,
      pauseReason: null,
      resumeAt: null,
      currentStep: null,
      runningSteps: [],
      completedSteps: [],
      totalStepsExecuted: steps.length,
      errorMessage: null,
      errorStepName: null,
      errorAttempt: null,
      errorStepInferred: false,
      cancelReason: null,
      queuedAt: null,
      startedAt: null,
      completedAt: null,
      failedAt: null,
      cancelledAt: null,
      durationMs: null,
      activeMs: null,
      sleepingMs: 0,
      retryWaitMs: 0,
      gaps: [],
      anomalies: [],
      ...row,
    },
    steps,
    sleeps,
  };
}

/** A step, by default completed on its first attempt, with times to be given. */
export function step(stepName: string, row: Partial<ExpectedStepRow>, attempts: ExpectedAttemptRow[]): ExpectedStep {
  return {
    row: {
      stepName,
      status: 'completed',
      inferred: false,
      currentAttempt: 1,
      retryCount: 0,
      nextRetryAt: null,
      lastRetryDelayMs: null,
      timeoutMs: null,
      timedOut: false,
      startedAt: null,
      completedAt: null,
      durationMs: null,
      totalDurationMs: null,
      cached: false,
      errorMessage: null,
      ...row,
    },
    attempts,
  };
}

/** The plain case: one attempt from `startedAt` to `completedAt`, `ms` long, successful. */
export function simpleStep(stepName: string, startedAt: number, completedAt: number, ms: number): ExpectedStep {
  return step(stepName, { startedAt, completedAt, durationMs: ms, totalDurationMs: ms }, [
    attempt(1, 'success', startedAt, completedAt, ms),
  ]);
}

export function attempt(
  attemptNumber: number,
  result: AttemptResult,
  startedAt: number | null,
  endedAt: number | null,
  durationMs: number | null,
  row: Partial<ExpectedAttemptRow> = {},
): ExpectedAttemptRow {
  return {
    attemptNumber,
    result,
    inferred: false,
    startedAt,
    endedAt,
    durationMs,
    retryScheduled: false,
    retryDelayMs: null,
    nextAttemptAt: null,
    errorMessage: null,
    ...row,
  };
}

/** An attempt that a retry.scheduled ended: a failure without a message, and when the next one is due. */
export function retried(
  attemptNumber: number,
  startedAt: number,
  endedAt: number,
  durationMs: number,
  retryDelayMs: number,
  nextAttemptAt: number,
): ExpectedAttemptRow {
  return attempt(attemptNumber, 'failure', startedAt, endedAt, durationMs, {
    retryScheduled: true,
    retryDelayMs,
    nextAttemptAt,
  });
}

/** A sleep that its sleep.completed ended. */
export function slept(durationMs: number, startedAt: number, resumeAt: number, completedAt: number): ExpectedSleepRow {
  return { durationMs, startedAt, resumeAt, completedAt, completed: true, endReason: 'completed' };
}
