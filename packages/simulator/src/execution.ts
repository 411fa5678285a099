/**
 * One execution of a workflow as its client reports it: the verbs that scenarios are written with. Each verb emits
 * the client's own events with the fields in the client's own order and lets time pass.
 */
import { createEventIds } from './event-ids.ts';
import type { EventIds } from './event-ids.ts';
import { drawFailure } from './failures.ts';
import type { ReportedError } from './failures.ts';
import type { Random } from './random.ts';
import type { Subject } from './subject.ts';

/** An event as it stands in a request body. */
export interface SimulatedEvent {
  readonly eventId: string;
  /** ISO-8601 with milliseconds, UTC. */
  readonly timestamp: string;
  readonly type: string;
  readonly env: string;
  readonly serviceKey: string;
  readonly [field: string]: unknown;
}

/** The events of one stretch of work (a run, or one alarm), in order of emission. It is flushed when it ends. */
export interface Slice {
  readonly events: readonly SimulatedEvent[];
  /** When the flush begins, milliseconds since the epoch. */
  readonly endsAt: number;
}

type Fields = Readonly<Record<string, unknown>>;

export class Execution {
  readonly random: Random;
  readonly subject: Subject;
  /** Names of the completed steps, in order of completion. */
  readonly completed: string[] = [];
  readonly #ids: EventIds;
  readonly #firstStarts = new Map<string, number>();
  readonly #latestStarts = new Map<string, number>();
  readonly #slices: Slice[] = [];
  #events: SimulatedEvent[] = [];
  /** Real time. What the client's clock shows is `now`. */
  #time: number;
  #sliceStart: number;

  constructor(random: Random, startAt: number, subject: Subject) {
    this.random = random;
    this.subject = subject;
    this.#ids = createEventIds(random);
    this.#time = startAt;
    this.#sliceStart = startAt;
  }

  /** What the client's clock shows, milliseconds since the epoch. */
  get now(): number {
    return this.subject.clock === 'frozen' ? this.#sliceStart : this.#time;
  }

  get firstAttempt(): number {
    return this.subject.generation === 'old' ? 0 : 1;
  }

  emit(type: string, fields: Fields = {}): void {
    const { env, serviceKey, workflowId, executionId, kind, generation } = this.subject;
    const current = generation === 'current';
    this.emitRaw({
      ...(current && { source: 'workflow' }),
      workflowId,
      workflowName: kind.name,
      ...(current && executionId !== null && { executionId }),
      type,
      ...fields,
      env,
      serviceKey,
    });
  }

  /** Emits an event whose fields are all given, besides its id and time. */
  emitRaw(fields: Fields & { readonly type: string; readonly env: string; readonly serviceKey: string }): void {
    this.#events.push({ eventId: this.#ids(this.now), timestamp: new Date(this.now).toISOString(), ...fields });
  }

  /** Lets time pass. */
  work(ms: number): void {
    this.#time += Math.max(0, Math.round(ms));
  }

  /** The moment between two events that follow each other at once: more than half of them share a millisecond. */
  breath(): void {
    if (!this.random.chance(0.52)) this.work(this.random.int(1, 4));
  }

  /** Ends the slice (its events are flushed) and begins the next one at `at`, or at once where that has passed. */
  suspend(at: number): void {
    this.#endSlice();
    this.#time = Math.max(this.#time, Math.round(at)) + this.random.int(1, 9);
    this.#sliceStart = this.#time;
  }

  /** Throws away what the slice has emitted: the process died before the flush. */
  crash(): void {
    this.#events = [];
  }

  /** The same id begins anew after `pauseMs`: what was completed before is forgotten. */
  startOver(pauseMs: number): void {
    this.suspend(this.#time + pauseMs);
    this.completed.length = 0;
    this.#firstStarts.clear();
    this.#latestStarts.clear();
  }

  finish(): Slice[] {
    this.#endSlice();
    return this.#slices;
  }

  #endSlice(): void {
    if (this.#events.length > 0) this.#slices.push({ events: this.#events, endsAt: this.#time });
    this.#events = [];
  }

  // Workflow

  /** @param input undefined leaves the key out */
  queue(input: unknown): void {
    this.emit('workflow.queued', input === undefined ? {} : { input });
  }

  start(input: unknown): void {
    this.emit('workflow.started', input === undefined ? {} : { input });
    this.breath();
  }

  resume(): void {
    this.emit('workflow.resumed');
    this.breath();
  }

  complete(): void {
    this.emit('workflow.completed', { completedSteps: [...this.completed], durationMs: this.now - this.#sliceStart });
  }

  fail(error: ReportedError & { readonly stepName?: string; readonly attempt?: number }): void {
    this.emit('workflow.failed', { error, completedSteps: [...this.completed] });
  }

  cancel(reason: string | undefined): void {
    this.emit('workflow.cancelled', { ...(reason !== undefined && { reason }), completedSteps: [...this.completed] });
  }

  // Steps

  startStep(stepName: string, attempt = this.firstAttempt): void {
    if (!this.#firstStarts.has(stepName)) this.#firstStarts.set(stepName, this.now);
    this.#latestStarts.set(stepName, this.now);
    this.emit('step.started', { stepName, attempt });
  }

  /** The current client's durationMs runs from the first attempt, waits included; the old one's covers this attempt. */
  completeStep(stepName: string, attempt = this.firstAttempt): void {
    const starts = this.subject.generation === 'old' ? this.#latestStarts : this.#firstStarts;
    const durationMs = this.now - (starts.get(stepName) ?? this.now);
    this.completed.push(stepName);
    this.emit('step.completed', { stepName, attempt, durationMs, cached: false });
    this.breath();
  }

  /** A step that works the first time. */
  step(stepName: string): void {
    this.startStep(stepName);
    this.workOn();
    this.completeStep(stepName);
  }

  steps(stepNames: readonly string[]): void {
    for (const stepName of stepNames) this.step(stepName);
  }

  /** A step that fails for good. Returns what it failed with. */
  failStep(stepName: string, attempt = this.firstAttempt, error = this.drawFailure()): ReportedError {
    this.emit('step.failed', { stepName, attempt, error, willRetry: false });
    this.breath();
    return error;
  }

  drawFailure(): ReportedError {
    return drawFailure(this.random, this.subject.kind.errors);
  }

  workOn(): void {
    this.work(Math.min(this.random.logNormal(this.subject.kind.stepMs, 1), 120_000));
  }

  /**
   * Schedules the next attempt and pauses until it is due. The client reckons from the start of the failed attempt,
   * so that after a slow one the time named may have passed already.
   */
  pauseForRetry(stepName: string, attempt: number, delayMs = this.#drawRetryDelayMs(attempt)): void {
    const due = Math.floor((this.#latestStarts.get(stepName) ?? this.now) + delayMs);
    const nextAttemptAt = new Date(due).toISOString();
    this.emit('retry.scheduled', { stepName, attempt, nextAttemptAt, delayMs });
    this.breath();
    this.emit('workflow.paused', { reason: 'retry', resumeAt: nextAttemptAt, stepName });
    this.suspend(due);
  }

  /** Exponential backoff with jitter: fractional, as the client reports it. */
  #drawRetryDelayMs(attempt: number): number {
    return this.paced(1000 * 2 ** attempt * (0.75 + this.random.next() / 2));
  }

  setTimeout(stepName: string, timeoutMs: number): void {
    this.emit('timeout.set', { stepName, deadline: new Date(this.now + timeoutMs).toISOString(), timeoutMs });
  }

  // Sleeps

  /** Falls asleep and returns when the sleep is due. The slice stays open: see `suspend`. */
  fallAsleep(durationMs: number): number {
    const due = this.now + durationMs;
    const resumeAt = new Date(due).toISOString();
    this.emit('sleep.started', { durationMs, resumeAt });
    this.breath();
    this.emit('workflow.paused', { reason: 'sleep', resumeAt });
    return due;
  }

  wakeUp(durationMs: number): void {
    this.resume();
    this.emit('sleep.completed', { durationMs });
    this.breath();
  }

  /** How long a wait lasts at the pace of this subject, in (fractional) milliseconds, at least 1. */
  paced(ms: number): number {
    const { speed, longestWaitMs } = this.subject.pace;
    return Math.max(1, Math.min(ms / speed, longestWaitMs));
  }

  /** A realistic length of sleep: seconds to days. */
  drawSleepMs(): number {
    return Math.round(this.paced(this.random.logNormal(120_000, 2)));
  }
}
