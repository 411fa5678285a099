/** The events of one long run, in order, as a client sends them. */
import { randomBytes } from 'node:crypto';
import { readBody, readEvent, toFoldEvent } from '@wm/events';
import type { FoldEvent, StorableEvent } from '@wm/events';

export type RawEvent = Readonly<Record<string, unknown>>;

export interface LongRun {
  readonly workflowId: string;
  /** In order, each some milliseconds after the one before. */
  readonly events: readonly RawEvent[];
  /** The next request of the run, in order. */
  goOn(): RawEvent[];
}

const ENV = 'bench';
const SERVICE = 'long-runs';
/** One event in so many belongs to a pause. */
const PAUSE_EVERY = 200;
const STEP_MS = 20;
export const EVENTS_A_REQUEST = 3;

/**
 * Steps one after the other, a sleep now and then.
 *
 * @param length events
 * @param ended whether the last one is workflow.completed, which lists every step
 */
export function longRun(length: number, ended: boolean): LongRun {
  const workflowId = randomBytes(32).toString('hex');
  let at = Date.now() - 36 * 3_600_000;
  let sequence = 0;
  let step = 0;
  const event = (type: string, body: Record<string, unknown> = {}): RawEvent => {
    at += STEP_MS;
    sequence += 1;
    return {
      eventId: eventId(at, sequence),
      timestamp: new Date(at).toISOString(),
      type,
      source: 'workflow',
      workflowId,
      workflowName: 'long-run',
      executionId: `long-${length}`,
      env: ENV,
      serviceKey: SERVICE,
      ...body,
    };
  };
  const nextStep = (): RawEvent[] => {
    step += 1;
    const body = { stepName: `handle page ${step} of the export`, attempt: 1 };
    return [
      event('step.started', body),
      event('step.completed', { ...body, durationMs: STEP_MS, cached: false, result: { page: step } }),
    ];
  };
  const sleep = (): RawEvent[] => {
    const body = { durationMs: STEP_MS, resumeAt: new Date(at + 3 * STEP_MS).toISOString() };
    return [
      event('sleep.started', body),
      event('workflow.paused', { reason: 'sleep', resumeAt: body.resumeAt }),
      event('workflow.resumed'),
      event('sleep.completed', { durationMs: STEP_MS }),
    ];
  };
  const events: RawEvent[] = [event('workflow.started', { input: { pages: length } })];
  while (events.length < length - 4) events.push(...(events.length % PAUSE_EVERY === 101 ? sleep() : nextStep()));
  while (events.length < length - 1) events.push(...nextStep());
  if (ended) {
    const completedSteps = Array.from({ length: step }, (_, index) => `handle page ${index + 1} of the export`);
    events.push(event('workflow.completed', { completedSteps, durationMs: STEP_MS }));
  }
  const ahead: RawEvent[] = [];
  return {
    workflowId,
    events,
    goOn() {
      while (ahead.length < EVENTS_A_REQUEST) ahead.push(...nextStep());
      return ahead.splice(0, EVENTS_A_REQUEST);
    },
  };
}

/** A UUIDv7 whose order among equal times is that of the sequence. */
function eventId(at: number, sequence: number): string {
  const time = at.toString(16).padStart(12, '0');
  const count = sequence.toString(16).padStart(8, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3, 6)}-${count.slice(6)}${randomBytes(5).toString('hex')}`;
}

/** What ingest makes of them. */
export function storable(events: readonly RawEvent[]): StorableEvent[] {
  const body = readBody(Buffer.from(JSON.stringify({ events })));
  if (body.kind !== 'events') throw new Error(`The benchmark made a request that is none: ${body.problem}`);
  return body.events.map((raw) => {
    const read = readEvent(raw, Date.now());
    if (read.kind !== 'storable') throw new Error(`The benchmark made an event that cannot be stored: ${raw.json}`);
    return read.event;
  });
}

/** What the fold is given of them. */
export function foldable(events: readonly RawEvent[]): FoldEvent[] {
  return storable(events).map((event) => {
    const { input, result, ...body } = JSON.parse(event.payload) as Record<string, unknown>;
    return toFoldEvent({ ...event, hasValue: input !== undefined || result !== undefined }, body);
  });
}
