/**
 * The fold: the state of a workflow as a pure function of its events in (timestamp, id) order. No clock, no I/O, no
 * randomness; nothing it meets throws: what makes no sense becomes an anomaly of the run.
 */
import type { FoldEvent } from '@wm/events';
import { placeEvent } from './run-boundaries.ts';
import { isEnded, openAttempts } from './run-parts.ts';
import type { RunState, WorkflowState } from './state.ts';
import {
  retryExhausted,
  retryScheduled,
  stepCompleted,
  stepFailed,
  stepStarted,
  timeoutExceeded,
  timeoutSet,
} from './step-handlers.ts';
import { workflowEnded } from './terminal.ts';
import {
  sleepCompleted,
  sleepStarted,
  workflowPaused,
  workflowQueued,
  workflowResumed,
  workflowStarted,
} from './workflow-handlers.ts';

/**
 * Version of the rules. Raise it with every change that can change a row: rows of another version are refolded when
 * they are met, and workers whose code is not of the version in force do not drain.
 */
export const PROJECTION_VERSION = 3;

export function emptyWorkflow(firstRun = 1): WorkflowState {
  return { runs: [], firstRun };
}

export type FoldObserver = (run: RunState, event: FoldEvent) => void;

/**
 * Folds events into the state of their workflow.
 *
 * @param state the runs so far; it is consumed (changed in place) and returned. For a workflow that goes on it holds
 *   the latest run with at least the parts that `whatToLoad` names.
 * @param events events of one workflow, sorted by `comparePositions`, without duplicates, all after those folded before
 * @param observe is shown each run right after an event was applied to it; it may empty `changed` to see what the next one
 *   changes
 * @returns the runs handed in and those begun since; `changed` of each tells which rows to write
 */
export function foldEvents(state: WorkflowState, events: readonly FoldEvent[], observe?: FoldObserver): WorkflowState {
  for (const event of events) {
    const placement = placeEvent(state, event);
    for (const placed of placement.events) {
      applyEvent(placement.run, placed);
      observe?.(placement.run, placed);
    }
  }
  for (const run of state.runs) {
    if (run.changed.row) listOpenParts(run);
  }
  return state;
}

function applyEvent(run: RunState, event: FoldEvent): void {
  const { row } = run;
  run.changed.row = true;
  row.eventCount += 1;
  row.lastEvent = { at: event.at, id: event.id };
  row.executionId ??= event.executionId;
  switch (event.type) {
    case 'workflow.queued':
      return workflowQueued(run, event);
    case 'workflow.started':
      return workflowStarted(run, event);
    case 'workflow.paused':
      return workflowPaused(run, event);
    case 'workflow.resumed':
      // After the terminal it is held or an anomaly: see run-boundaries.
      return isEnded(row.status) ? undefined : workflowResumed(run, event);
    case 'workflow.completed':
    case 'workflow.failed':
    case 'workflow.cancelled':
      return workflowEnded(run, event);
    case 'step.started':
      return stepStarted(run, event);
    case 'step.completed':
      return stepCompleted(run, event);
    case 'step.failed':
      return stepFailed(run, event);
    case 'retry.scheduled':
      return retryScheduled(run, event);
    case 'retry.exhausted':
      return retryExhausted(run, event);
    case 'sleep.started':
      return sleepStarted(run, event);
    case 'sleep.completed':
      return sleepCompleted(run, event);
    case 'timeout.set':
      return timeoutSet(run, event);
    case 'timeout.exceeded':
      return timeoutExceeded(run, event);
    case 'unknown':
      return undefined;
  }
}

/** A row that is rewritten at every drain lists no more. */
const OPEN_PARTS_LISTED = 200;

/** Several steps can run at once: the set, oldest start first, and the newest of them. */
function listOpenParts(run: RunState): void {
  const attempts = openAttempts(run);
  const sleeps = [...run.open.sleeps.keys()];
  run.row.foldState.open =
    attempts.length + sleeps.length > OPEN_PARTS_LISTED
      ? null
      : { attempts: attempts.map(({ stepName, attemptNumber }) => ({ stepName, attemptNumber })), sleeps };
  const names = attempts
    .map((attempt) => attempt.stepName)
    .filter((stepName) => run.steps.get(stepName)?.status === 'running');
  run.row.runningSteps = [...new Set(names)];
  run.row.currentStep = names.at(-1) ?? null;
}
