/**
 * The fields that every event has, in all generations of the client: one schema for events of workflows, one for those
 * of jobs. Fields of a type (see bodies.ts and job-bodies.ts) are not looked at here, so that an unknown type passes.
 */
import { z } from 'zod';
import { nameProblem } from './identifiers.ts';
import { parseInstant } from './instant.ts';

const base = { eventId: z.string(), timestamp: z.unknown(), type: z.string(), env: z.string(), serviceKey: z.string() };
const BASE_NAMES = ['eventId', 'type', 'env', 'serviceKey'] as const;
const WORKFLOW_NAMES = [...BASE_NAMES, 'workflowId', 'workflowName', 'executionId'] as const;
const JOB_NAMES = [...BASE_NAMES, 'instanceId', 'jobName', 'id'] as const;

/*
 * Plain strings first, then one look at all of them: a check and a transform on each field took 4.4 µs an event instead
 * of 1.5. An issue carries its quarantine reason as `params.reason`.
 */
export const workflowEnvelope = z
  .object({ ...base, workflowId: z.string(), workflowName: z.string(), executionId: z.unknown().optional() })
  .transform((fields, context) => {
    const { eventId, type, env, serviceKey, workflowId, workflowName } = fields;
    const timestamp = readInstant(fields.timestamp, context);
    const executionId = textOrAbsent(fields.executionId);
    const source = 'workflow' as const;
    const event = { source, eventId, type, env, serviceKey, timestamp, workflowId, workflowName, executionId };
    return checkNames(event, WORKFLOW_NAMES, context) ? event : z.NEVER;
  });

export const jobEnvelope = z
  .object({ ...base, instanceId: z.string(), jobName: z.string(), id: z.unknown().optional() })
  .transform((fields, context) => {
    const { eventId, type, env, serviceKey, instanceId, jobName } = fields;
    const timestamp = readInstant(fields.timestamp, context);
    const id = textOrAbsent(fields.id);
    const event = { source: 'job' as const, eventId, type, env, serviceKey, timestamp, instanceId, jobName, id };
    return checkNames(event, JOB_NAMES, context) ? event : z.NEVER;
  });

/** A name that may be missing: whatever is no text, or empty, counts as absent. */
function textOrAbsent(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function checkNames<F extends string>(
  event: Readonly<Record<F, string | undefined>>,
  fields: readonly F[],
  context: z.core.$RefinementCtx,
): boolean {
  for (const field of fields) {
    const name = event[field];
    if (name === undefined) continue;
    const reason = name === '' ? 'missing_field' : nameProblem(name);
    if (reason === null) continue;
    context.addIssue({ code: 'custom', path: [field], params: { reason } });
    return false;
  }
  return true;
}

/** Milliseconds since the epoch. */
function readInstant(timestamp: unknown, context: z.core.$RefinementCtx): number {
  const at = typeof timestamp === 'string' ? parseInstant(timestamp) : undefined;
  if (at !== undefined) return at;
  const reason = timestamp === undefined || timestamp === null ? 'missing_field' : 'bad_timestamp';
  context.addIssue({ code: 'custom', path: ['timestamp'], params: { reason } });
  return z.NEVER;
}

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
