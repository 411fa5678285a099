/** Rows as they stand before any event has changed them. */
import type { FoldEvent } from '@wm/events';
import type { AttemptRow, RunRow, RunState, SleepRow, StepRow } from './state.ts';

type SleepStarted = Extract<FoldEvent, { type: 'sleep.started' }>;

export function newRun(run: number, first: FoldEvent): RunState {
  const position = { at: first.at, id: first.id };
  const row: RunRow = {
    run,
    latest: true,
    workflowName: first.workflowName,
    executionId: null,
    status: 'pending',
    pauseReason: null,
    resumeAt: null,
    currentStep: null,
    runningSteps: [],
    completedSteps: [],
    completedStepCount: 0,
    totalStepsExecuted: 0,
    retryCount: 0,
    errorMessage: null,
    errorStack: null,
    errorStepName: null,
    errorAttempt: null,
    errorStepInferred: false,
    errorGroup: null,
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
    eventCount: 0,
    sortAt: first.at,
    firstEvent: position,
    lastEvent: position,
    foldState: {
      pausedSince: null,
      failures: [],
      pendingResumes: null,
      inputEvent: null,
      outputEvent: null,
      open: { attempts: [], sleeps: [] },
      stepCount: 0,
    },
  };
  return {
    row,
    steps: new Map(),
    attempts: new Map(),
    sleeps: new Map(),
    open: { attempts: new Map(), sleeps: new Map() },
    changed: { row: true, steps: new Set(), attempts: new Set(), sleeps: new Set() },
  };
}

export function newStep(stepName: string, executionOrder: number): StepRow {
  return {
    stepName,
    executionOrder,
    status: 'pending',
    inferred: false,
    currentAttempt: 0,
    maxAttempts: null,
    resultEventId: null,
    cached: false,
    everCompleted: false,
    errorMessage: null,
    errorStack: null,
    willRetry: null,
    retryCount: 0,
    retryMinutes: [],
    nextRetryAt: null,
    lastRetryDelayMs: null,
    timeoutMs: null,
    timeoutDeadline: null,
    timedOut: false,
    startedAt: null,
    completedAt: null,
    durationMs: null,
    totalDurationMs: null,
  };
}

export function newAttempt(stepName: string, attemptNumber: number): AttemptRow {
  return {
    stepName,
    attemptNumber,
    result: 'running',
    inferred: false,
    errorMessage: null,
    errorStack: null,
    startedAt: null,
    endedAt: null,
    durationMs: null,
    retryScheduled: false,
    retryScheduledAt: null,
    retryDelayMs: null,
    nextAttemptAt: null,
    startEventId: null,
    endEventId: null,
  };
}

export function newSleep(event: SleepStarted): SleepRow {
  return {
    startEventId: event.id,
    durationMs: event.body.durationMs ?? null,
    startedAt: event.at,
    resumeAt: event.body.resumeAt ?? null,
    completedAt: null,
    completed: false,
    endReason: null,
    completeEventId: null,
  };
}
