/** Which run of a workflow an event belongs to. Ids are used again, so one id may have many runs. */
import type { FoldEvent, Position } from '@wm/events';
import { newRun } from './new-rows.ts';
import { addAnomaly, addGap, isEnded } from './run-parts.ts';
import type { EventOf } from './run-parts.ts';
import type { RunState, WorkflowState } from './state.ts';

/** The run that an event belongs to, begun where the event begins one; and the events to apply to it, in order. */
export interface Placement {
  run: RunState;
  events: FoldEvent[];
}

export function placeEvent(state: WorkflowState, event: FoldEvent): Placement {
  const current = state.runs.at(-1);
  if (current === undefined) return { run: beginRun(state, event), events: [event] };
  switch (event.type) {
    case 'workflow.started':
    case 'workflow.queued':
      return placeBeginning(state, current, event);
    case 'workflow.resumed':
      if (isEnded(current.row.status)) holdResume(current, event);
      return { run: current, events: [event] };
    default:
      return placeOther(state, current, event);
  }
}

function placeBeginning(
  state: WorkflowState,
  current: RunState,
  event: EventOf<'workflow.started' | 'workflow.queued'>,
): Placement {
  const { status } = current.row;
  const joins = status === 'pending' || (status === 'queued' && event.type === 'workflow.started');
  return { run: joins ? current : beginRun(state, event), events: [event] };
}

function placeOther(state: WorkflowState, current: RunState, event: FoldEvent): Placement {
  const held = current.row.foldState.pendingResumes;
  if (held === null) return { run: current, events: [event] };
  if (!isLife(event.type)) {
    held.lastSettled = positionOf(event);
    return { run: current, events: [event] };
  }
  // Life goes on after the end: the resumes that were held began a run whose start is missing.
  releaseResumes(current);
  return { run: beginRun(state, held.events[0] ?? event), events: [...held.events, event] };
}

/**
 * A workflow.resumed after the terminal: it begins a new run only if more life follows. Until then it counts as an
 * anomaly of the run that ended.
 */
function holdResume(current: RunState, event: EventOf<'workflow.resumed'>): void {
  const { row } = current;
  row.foldState.pendingResumes ??= {
    events: [],
    lastSettled: row.lastEvent,
    strayBefore: row.anomalies.includes('resumed_after_end'),
  };
  row.foldState.pendingResumes.events.push(event);
  addAnomaly(row, 'resumed_after_end');
}

function releaseResumes(run: RunState): void {
  const { row } = run;
  const held = row.foldState.pendingResumes;
  if (held === null) return;
  row.eventCount -= held.events.length;
  row.lastEvent = held.lastSettled;
  if (!held.strayBefore) row.anomalies = row.anomalies.filter((anomaly) => anomaly !== 'resumed_after_end');
  row.foldState.pendingResumes = null;
}

function beginRun(state: WorkflowState, first: FoldEvent): RunState {
  const previous = state.runs.at(-1);
  if (previous !== undefined) {
    previous.row.latest = false;
    // The next run is known now, so resumes still held stay where they are.
    previous.row.foldState.pendingResumes = null;
    if (!isEnded(previous.row.status)) addGap(previous.row, 'end');
    previous.changed.row = true;
  }
  const run = newRun(previous === undefined ? state.firstRun : previous.row.run + 1, first);
  if (first.type !== 'workflow.started' && first.type !== 'workflow.queued') addGap(run.row, 'start');
  state.runs.push(run);
  return run;
}

function isLife(type: FoldEvent['type']): boolean {
  switch (type) {
    case 'workflow.paused':
    case 'workflow.completed':
    case 'workflow.failed':
    case 'workflow.cancelled':
    case 'step.started':
    case 'step.completed':
    case 'step.failed':
    case 'retry.scheduled':
    case 'retry.exhausted':
    case 'sleep.started':
    case 'sleep.completed':
      return true;
    case 'workflow.queued':
    case 'workflow.started':
    case 'workflow.resumed':
    case 'timeout.set':
    case 'timeout.exceeded':
    case 'unknown':
      return false;
  }
}

function positionOf({ at, id }: FoldEvent): Position {
  return { at, id };
}
