/** One workflow as its client reports it, told by hand: each verb emits the events of that client and says how long it took. */
import { createHash } from 'node:crypto';

export interface SceneEvent {
  readonly eventId: string;
  readonly timestamp: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ReportedError {
  readonly message: string;
  readonly stack?: string;
}

interface Who {
  readonly env: string;
  readonly service: string;
  readonly workflow: string;
  /** What people call it: the execution id. */
  readonly execution: string;
  /** The client's own id; made from the others where absent. */
  readonly id?: string;
  /** When it begins, milliseconds since the epoch. */
  readonly at: number;
}

/** 64 hexadecimal digits, as the ids of Durable Objects are. The same names give the same id at any time. */
function workflowIdOf(env: string, service: string, execution: string): string {
  return createHash('sha256').update(`${env}\n${service}\n${execution}`).digest('hex');
}

export class Story {
  readonly events: SceneEvent[] = [];
  readonly workflowId: string;
  readonly #who: Who;
  readonly #completed: string[] = [];
  #now: number;

  constructor(who: Who) {
    this.#who = who;
    this.#now = who.at;
    this.workflowId = who.id ?? workflowIdOf(who.env, who.service, who.execution);
  }

  /** Any event, at the time that the story has come to. */
  emit(type: string, fields: Readonly<Record<string, unknown>> = {}): this {
    const { env, service, workflow, execution } = this.#who;
    const base = { eventId: this.#nextId(), timestamp: new Date(this.#now).toISOString(), type, source: 'workflow' };
    const subject = { workflowId: this.workflowId, workflowName: workflow, executionId: execution, env };
    this.events.push({ ...base, ...subject, serviceKey: service, ...fields });
    return this;
  }

  /** Lets so many milliseconds pass. */
  after(ms: number): this {
    this.#now += ms;
    return this;
  }

  started(input?: unknown): this {
    return this.emit('workflow.started', input === undefined ? {} : { input });
  }

  /** A step that works the first time. */
  step(stepName: string, ms: number): this {
    return this.begins(stepName).after(ms).ends(stepName, ms);
  }

  begins(stepName: string, attempt = 1): this {
    return this.emit('step.started', { stepName, attempt });
  }

  ends(stepName: string, durationMs: number, attempt = 1): this {
    this.#completed.push(stepName);
    return this.emit('step.completed', { stepName, attempt, durationMs, cached: false });
  }

  /** The open attempt fails and is tried again after a wait; the run is back when this returns. */
  triedAgain(stepName: string, attempt: number, delayMs: number): this {
    this.waitsToRetry(stepName, attempt, delayMs);
    return this.after(delayMs)
      .emit('workflow.resumed')
      .begins(stepName, attempt + 1);
  }

  /** The open attempt fails, and the run waits for the next one. */
  waitsToRetry(stepName: string, attempt: number, delayMs: number): this {
    const nextAttemptAt = new Date(this.#now + delayMs).toISOString();
    this.emit('retry.scheduled', { stepName, attempt, nextAttemptAt, delayMs });
    return this.emit('workflow.paused', { reason: 'retry', resumeAt: nextAttemptAt, stepName });
  }

  /** The open attempt of the step fails for good, and the workflow with it. */
  failed(stepName: string, error: ReportedError, attempt = 1): this {
    this.emit('step.failed', { stepName, attempt, error, willRetry: false });
    return this.emit('workflow.failed', { error, completedSteps: [...this.#completed] });
  }

  /** Falls asleep; what follows is told with `after` and `woke`. */
  sleeps(durationMs: number): this {
    const resumeAt = new Date(this.#now + durationMs).toISOString();
    return this.emit('sleep.started', { durationMs, resumeAt }).emit('workflow.paused', { reason: 'sleep', resumeAt });
  }

  woke(durationMs: number): this {
    return this.emit('workflow.resumed').emit('sleep.completed', { durationMs });
  }

  completed(): this {
    const durationMs = this.#now - this.#who.at;
    return this.emit('workflow.completed', { completedSteps: [...this.#completed], durationMs });
  }

  cancelled(reason: string): this {
    return this.emit('workflow.cancelled', { reason, completedSteps: [...this.#completed] });
  }

  /** UUIDv7: the time, then the place in the story, so that the order of ids is the order of emission. */
  #nextId(): string {
    const place = this.events.length;
    const time = this.#now.toString(16).padStart(12, '0');
    const counted = place.toString(16).padStart(6, '0');
    const rest = createHash('sha256')
      .update(`${this.workflowId}\n${this.#who.env}\n${place}`)
      .digest('hex')
      .slice(0, 14);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counted.slice(0, 3)}-8${counted.slice(3)}-${rest.slice(0, 12)}`;
  }
}

/** The address of a workflow in the dashboard. */
export function runPath(
  env: string,
  service: string,
  execution: string,
  id = workflowIdOf(env, service, execution),
): string {
  return `/workflows/${[env, service, id].map(encodeURIComponent).join('/')}`;
}
