/** What the life-cycle events of a workflow other than its terminals, and its sleeps, do to a run. */
import { newSleep } from './new-rows.ts';
import {
  addAnomaly,
  addGap,
  endAttempt,
  endSleep,
  isEnded,
  leavePause,
  openAttempts,
  removeGap,
  signOfLife,
  stepOf,
} from './run-parts.ts';
import type { EventOf } from './run-parts.ts';
import type { PauseReason, RunState } from './state.ts';

export function workflowQueued(run: RunState, event: EventOf<'workflow.queued'>): void {
  const { row } = run;
  row.status = 'queued';
  row.queuedAt = event.at;
  row.sortAt = event.at;
  row.workflowName = event.workflowName;
  removeGap(row, 'start');
  if (event.hasValue) row.foldState.inputEvent = { at: event.at, id: event.id };
}

export function workflowStarted(run: RunState, event: EventOf<'workflow.started'>): void {
  const { row } = run;
  row.status = 'running';
  row.startedAt = event.at;
  row.sortAt = event.at;
  row.workflowName = event.workflowName;
  removeGap(row, 'start');
  if (event.hasValue) row.foldState.inputEvent = { at: event.at, id: event.id };
}

export function workflowPaused(run: RunState, event: EventOf<'workflow.paused'>): void {
  const { row } = run;
  if (isEnded(row.status)) {
    addAnomaly(row, 'paused_after_end');
    return;
  }
  if (row.startedAt === null) addGap(row, 'start');
  leavePause(row, event.at);
  const reason = pauseReason(event.body.reason);
  if (reason === null) addAnomaly(row, 'unknown_pause_reason');
  row.status = 'paused';
  row.pauseReason = reason;
  row.resumeAt = event.body.resumeAt ?? null;
  row.foldState.pausedSince = { at: event.at, reason };
}

/** Whatever was still open when a run resumes was interrupted: the slice it belonged to is over. */
export function workflowResumed(run: RunState, event: EventOf<'workflow.resumed'>): void {
  const { row } = run;
  if (row.startedAt === null) addGap(row, 'start');
  leavePause(row, event.at);
  row.status = 'running';
  for (const attempt of openAttempts(run)) {
    endAttempt(run, attempt, 'interrupted', event);
    const step = stepOf(run, attempt.stepName);
    if (step.status === 'running') step.status = 'interrupted';
  }
}

function pauseReason(text: string | undefined): PauseReason | null {
  return text === 'sleep' || text === 'retry' ? text : null;
}

export function sleepStarted(run: RunState, event: EventOf<'sleep.started'>): void {
  signOfLife(run);
  // At most one is open at a time: a newer sleep supersedes it.
  for (const open of run.open.sleeps.values()) endSleep(run, open, 'superseded', event.at);
  const sleep = newSleep(event);
  run.sleeps.set(sleep.startEventId, sleep);
  run.open.sleeps.set(sleep.startEventId, sleep);
  run.changed.sleeps.add(sleep.startEventId);
  if (isEnded(run.row.status)) endSleep(run, sleep, 'terminal', event.at);
}

/** It carries no link to its start: it completes the newest open sleep. With none open it makes no row. */
export function sleepCompleted(run: RunState, event: EventOf<'sleep.completed'>): void {
  signOfLife(run);
  const newest = [...run.open.sleeps.values()].at(-1);
  if (newest === undefined) return;
  endSleep(run, newest, 'completed', event.at);
  newest.completed = true;
  newest.completeEventId = event.id;
}
