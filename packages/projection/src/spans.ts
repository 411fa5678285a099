/**
 * What a run did when, as stretches of time ready to draw. Recorded by watching the fold, so that a drawing follows the same
 * rules as the rows; what a row keeps only the latest of (an attempt that was interrupted and started again, a pause) is here
 * each time it happened.
 */
import type { FoldEvent } from '@wm/events';
import { isEnded } from './run-parts.ts';
import type { AttemptRow, RunState, SleepRow, StepRow } from './state.ts';

/** Instants are milliseconds since the epoch. */
export interface Span {
  kind: 'step' | 'attempt' | 'retry_wait' | 'sleep' | 'pause';
  stepName: string | null;
  attempt: number | null;
  /** null: the start never arrived. */
  startedAt: number | null;
  /** null: it goes on, as far as is known. */
  endedAt: number | null;
  /** How it ended or stands: the status of a step, the result of an attempt, what ended a sleep, the reason of a pause. */
  outcome: string | null;
  inferred: boolean;
  startEventId: string | null;
  endEventId: string | null;
}

/** Records the spans of one run. */
export class SpanRecorder {
  readonly #run: number | null;
  #seen: RunState | null = null;
  #endedBy: FoldEvent | null = null;
  readonly #spans: Span[] = [];
  readonly #openAttempts = new Map<string, Span>();
  readonly #openWaits = new Map<string, Span>();
  #openPause: Span | null = null;
  #pausedSince: RunState['row']['foldState']['pausedSince'] = null;

  /** @param run its number; null: the newest that the fold comes to */
  constructor(run: number | null) {
    this.#run = run;
  }

  /** To hand to `foldEvents`. */
  readonly observe = (run: RunState, event: FoldEvent): void => {
    if (this.#run !== null && run.row.run !== this.#run) return;
    if (this.#seen !== null && this.#seen.row.run !== run.row.run) this.#begin();
    this.#seen = run;
    if (isEnded(run.row.status)) this.#endedBy ??= event;
    this.#watchAttempts(run, event);
    this.#watchWaits(run, event);
    this.#watchPause(run, event);
    run.changed.attempts.clear();
    run.changed.steps.clear();
  };

  /** By start, each step before its attempts; null where the run never came. */
  spans(): { run: number; spans: Span[] } | null {
    const run = this.#seen;
    if (run === null) return null;
    const steps = [...run.steps.values()].map((step) => this.#stepSpan(run, step));
    const sleeps = [...run.sleeps.values()].map((sleep) => sleepSpan(sleep));
    const startOf = (span: Span): number => span.startedAt ?? span.endedAt ?? -Infinity;
    // Sorting keeps the order of what is equal.
    const spans = [...steps, ...sleeps, ...this.#spans].toSorted((a, b) => startOf(a) - startOf(b));
    return { run: run.row.run, spans };
  }

  #begin(): void {
    this.#spans.length = 0;
    this.#openAttempts.clear();
    this.#openWaits.clear();
    this.#openPause = null;
    this.#pausedSince = null;
    this.#endedBy = null;
  }

  #watchAttempts(run: RunState, event: FoldEvent): void {
    for (const key of run.changed.attempts) {
      const attempt = run.attempts.get(key);
      if (attempt === undefined) continue;
      const open = this.#openAttempts.get(key);
      if (attempt.startEventId === event.id) {
        // Started again without a word of how the time before ended.
        if (open !== undefined) close(open, event, 'interrupted');
        this.#openAttempts.set(key, this.#open(attemptSpan(attempt)));
      } else if (open === undefined && attempt.endEventId === event.id) {
        this.#openAttempts.set(key, this.#open(attemptSpan(attempt)));
      }
      if (attempt.result !== 'running') this.#closeAttempt(key, attempt, event);
    }
  }

  #closeAttempt(key: string, attempt: AttemptRow, event: FoldEvent): void {
    const open = this.#openAttempts.get(key);
    if (open === undefined) return;
    this.#openAttempts.delete(key);
    // An attempt that only a list says is complete has no end.
    close(open, attempt.endedAt === null ? { at: null, id: null } : event, attempt.result);
    open.inferred = attempt.inferred;
  }

  /** From the failure of an attempt to whatever its step does next. */
  #watchWaits(run: RunState, event: FoldEvent): void {
    for (const stepName of run.changed.steps) {
      const step = run.steps.get(stepName);
      const open = this.#openWaits.get(stepName);
      const waits = step?.status === 'retrying';
      if (open !== undefined && (!waits || event.type === 'retry.scheduled')) {
        close(open, event, step?.status ?? null);
        this.#openWaits.delete(stepName);
      }
      if (waits && !this.#openWaits.has(stepName)) {
        const wait = newSpan('retry_wait', { at: event.at, id: event.id });
        this.#openWaits.set(stepName, this.#open({ ...wait, stepName, attempt: step.currentAttempt }));
      }
    }
  }

  #watchPause({ row }: RunState, event: FoldEvent): void {
    const { pausedSince } = row.foldState;
    if (pausedSince === this.#pausedSince) return;
    this.#pausedSince = pausedSince;
    if (this.#openPause !== null) close(this.#openPause, event, this.#openPause.outcome);
    this.#openPause =
      pausedSince === null
        ? null
        : this.#open({ ...newSpan('pause', { at: pausedSince.at, id: event.id }), outcome: pausedSince.reason });
  }

  #open(span: Span): Span {
    this.#spans.push(span);
    return span;
  }

  /** First start to end: however often it was interrupted or tried, one step is one span. */
  #stepSpan(run: RunState, step: StepRow): Span {
    const cut = step.completedAt === null && step.status === 'interrupted' && isEnded(run.row.status);
    return {
      ...newSpan('step', { at: step.startedAt, id: null }),
      stepName: step.stepName,
      endedAt: cut ? (this.#endedBy?.at ?? null) : step.completedAt,
      outcome: step.status,
      inferred: step.inferred,
    };
  }
}

function newSpan(kind: Span['kind'], start: { at: number | null; id: string | null }): Span {
  return {
    kind,
    stepName: null,
    attempt: null,
    startedAt: start.at,
    endedAt: null,
    outcome: null,
    inferred: false,
    startEventId: start.id,
    endEventId: null,
  };
}

function attemptSpan({ stepName, attemptNumber, startedAt, startEventId }: AttemptRow): Span {
  return {
    ...newSpan('attempt', { at: startedAt, id: startEventId }),
    stepName,
    attempt: attemptNumber,
    outcome: 'running',
  };
}

function sleepSpan(sleep: SleepRow): Span {
  return {
    ...newSpan('sleep', { at: sleep.startedAt, id: sleep.startEventId }),
    endedAt: sleep.completedAt,
    outcome: sleep.endReason,
    endEventId: sleep.completeEventId,
  };
}

function close(span: Span, by: { at: number | null; id: string | null }, outcome: string | null): void {
  span.endedAt = by.at;
  span.endEventId = by.id;
  span.outcome = outcome;
}
