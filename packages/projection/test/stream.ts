/** Small hand-made streams: times are milliseconds since the epoch, ties go in the order in which events are listed. */
import { comparePositions, toFoldEvent } from '@wm/events';
import type { FoldEvent } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import type { AttemptRow, RunRow, RunState, SleepRow, StepRow } from '@wm/projection';
import { actualRun } from './captured/compare.ts';

/** One event of a hand-made stream; its id comes from its place in the list. */
export interface StreamEvent {
  type: string;
  at: number;
  body: Record<string, unknown>;
}

/**
 * @param type event type as the client writes it
 * @param at milliseconds since the epoch
 * @param body the further fields as the client writes them: instants as ISO text, see `iso`
 */
export function ev(type: string, at: number, body: Record<string, unknown> = {}): StreamEvent {
  return { type, at, body };
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Places the listed events in the total order: ids rise with the place in the list, so that ties keep it. */
export function foldable(events: readonly StreamEvent[]): FoldEvent[] {
  return events
    .map(({ type, at, body }, index) => {
      const id = `00000000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`;
      const hasValue = 'input' in body || 'output' in body || 'result' in body;
      return toFoldEvent({ at, id, type, workflowName: 'flow', executionId: 'exec-1', hasValue }, body);
    })
    .sort(comparePositions);
}

/** The rows of one run, to look into by name. */
export interface RunView {
  row: RunRow;
  steps: StepRow[];
  sleeps: SleepRow[];
  /** Throws where the run has no such step or attempt. */
  step(name: string): StepRow;
  attempt(stepName: string, attemptNumber: number): AttemptRow;
  attempts(stepName: string): AttemptRow[];
}

export function view(state: RunState): RunView {
  const { row, steps, sleeps } = actualRun(state);
  const find = (name: string) => {
    const found = steps.find((step) => step.row.stepName === name);
    if (found === undefined) throw new Error(`run ${row.run} has no step ${name}`);
    return found;
  };
  return {
    row,
    steps: steps.map((step) => step.row),
    sleeps,
    step: (name) => find(name).row,
    attempts: (name) => find(name).attempts,
    attempt: (name, attemptNumber) => {
      const found = find(name).attempts.find((attempt) => attempt.attemptNumber === attemptNumber);
      if (found === undefined) throw new Error(`run ${row.run} has no attempt ${attemptNumber} of ${name}`);
      return found;
    },
  };
}

/** Folds the events in their total order. @returns every run, oldest first */
export function foldRuns(...events: StreamEvent[]): RunView[] {
  return foldEvents(emptyWorkflow(), foldable(events)).runs.map(view);
}

/** Folds events that make exactly one run. */
export function foldRun(...events: StreamEvent[]): RunView {
  const runs = foldRuns(...events);
  if (runs.length !== 1) throw new Error(`expected one run, got ${runs.length}`);
  return runs[0]!;
}

export const started = (at: number) => ev('workflow.started', at, { input: {} });
export const queued = (at: number) => ev('workflow.queued', at, { input: {} });
export const resumed = (at: number) => ev('workflow.resumed', at);
export const paused = (at: number, reason: string, resumeAt?: number, stepName?: string) =>
  ev('workflow.paused', at, {
    reason,
    ...(resumeAt === undefined ? {} : { resumeAt: iso(resumeAt) }),
    ...(stepName === undefined ? {} : { stepName }),
  });
export const completed = (at: number, ...completedSteps: string[]) =>
  ev('workflow.completed', at, { completedSteps, durationMs: 1 });
export const failed = (at: number, message: string, ...completedSteps: string[]) =>
  ev('workflow.failed', at, { error: { message, stack: `stack of ${message}` }, completedSteps });
export const cancelled = (at: number, reason: string, ...completedSteps: string[]) =>
  ev('workflow.cancelled', at, { reason, completedSteps });
export const stepStarted = (at: number, stepName: string, attempt = 1) => ev('step.started', at, { stepName, attempt });
export const stepCompleted = (at: number, stepName: string, attempt = 1, cached = false) =>
  ev('step.completed', at, { stepName, attempt, durationMs: 1, cached });
export const stepFailed = (at: number, stepName: string, attempt: number, message: string) =>
  ev('step.failed', at, { stepName, attempt, error: { message, stack: `stack of ${message}` }, willRetry: false });
export const retryScheduled = (at: number, stepName: string, attempt: number, delayMs: number, nextAttemptAt: number) =>
  ev('retry.scheduled', at, { stepName, attempt, delayMs, nextAttemptAt: iso(nextAttemptAt) });
export const exhausted = (at: number, stepName: string, attempts: number) =>
  ev('retry.exhausted', at, { stepName, attempts });
export const sleepStarted = (at: number, durationMs: number, resumeAt: number) =>
  ev('sleep.started', at, { durationMs, resumeAt: iso(resumeAt) });
export const sleepCompleted = (at: number, durationMs = 1) => ev('sleep.completed', at, { durationMs });
export const timeoutSet = (at: number, stepName: string, timeoutMs: number) =>
  ev('timeout.set', at, { stepName, timeoutMs, deadline: iso(at + timeoutMs) });
export const timeoutExceeded = (at: number, stepName: string, timeoutMs: number) =>
  ev('timeout.exceeded', at, { stepName, timeoutMs });
