/**
 * The fields that each kind of job event carries besides the envelope. Nothing is keyed by any of them (jobs have no
 * projection yet, only a timeline), so all are tolerant: no job event is turned away for its body.
 */
import { z } from 'zod';
import { count, duration, flag, instant, text } from './fields.ts';

const failure = z.object({ message: text, stack: text }).optional().catch(undefined);

/** Schemas of the type-specific fields, by event type. */
export const jobEventBodies = {
  'job.started': z.object({}),
  'job.executed': z.object({ runCount: count, durationMs: duration, attempt: count }),
  'job.failed': z.object({ error: failure, runCount: count, attempt: count, willRetry: flag }),
  'job.retryExhausted': z.object({ attempts: count, reason: text }),
  'job.terminated': z.object({ reason: text, runCount: count }),
  'debounce.started': z.object({ flushAt: instant }),
  'debounce.flushed': z.object({ eventCount: count, reason: text, durationMs: duration }),
  'task.scheduled': z.object({ scheduledAt: instant, trigger: text }),
} as const;

export type JobEventType = keyof typeof jobEventBodies;

/** The type-specific fields of one kind of job event. */
export type JobEventBody<T extends JobEventType> = z.output<(typeof jobEventBodies)[T]>;

export function isJobEventType(type: string): type is JobEventType {
  return Object.hasOwn(jobEventBodies, type);
}
