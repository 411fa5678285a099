/**
 * The fields that every event has, in all generations of the client: one schema for events of workflows, one for those
 * of jobs. Fields of a type (see bodies.ts and job-bodies.ts) are not looked at here, so that an unknown type passes.
 */
import { z } from 'zod';
import { identifier, optionalIdentifier } from './identifiers.ts';
import { parseInstant } from './instant.ts';

/** Milliseconds since the epoch. */
const timestamp = z.unknown().transform((value, context) => {
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  if (at !== undefined) return at;
  const reason = value === undefined || value === null ? 'missing_field' : 'bad_timestamp';
  context.issues.push({ code: 'custom', input: value, params: { reason } });
  return z.NEVER;
});

const base = {
  eventId: identifier,
  timestamp,
  type: identifier,
  env: identifier,
  serviceKey: identifier,
};

export const workflowEnvelope = z
  .object({ ...base, workflowId: identifier, workflowName: identifier, executionId: optionalIdentifier })
  .transform((event) => ({ source: 'workflow' as const, ...event }));

export const jobEnvelope = z
  .object({ ...base, instanceId: identifier, jobName: identifier, id: optionalIdentifier })
  .transform((event) => ({ source: 'job' as const, ...event }));

export type WorkflowEnvelope = z.output<typeof workflowEnvelope>;
export type JobEnvelope = z.output<typeof jobEnvelope>;
export type Envelope = WorkflowEnvelope | JobEnvelope;

/**
 * Whether an event is read as one of a job. The oldest client sends no `source`, and a later one may send another; then
 * the id that is there decides.
 */
export function isJobEvent(event: Readonly<Record<string, unknown>>): boolean {
  if (event['source'] === 'job') return true;
  return event['source'] !== 'workflow' && event['workflowId'] === undefined && event['instanceId'] !== undefined;
}

/** Whom an event is about: a workflow, or the instance of a job. These fill the columns of the same names. */
export interface Subject {
  workflowId: string;
  workflowName: string;
  /** The id that people know. */
  executionId: string | null;
}

export function subjectOf(event: Envelope): Subject {
  return event.source === 'job'
    ? { workflowId: event.instanceId, workflowName: event.jobName, executionId: event.id ?? null }
    : { workflowId: event.workflowId, workflowName: event.workflowName, executionId: event.executionId ?? null };
}
