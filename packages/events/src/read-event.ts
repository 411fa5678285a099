/** From one entry of a request to a row of the log, or to the reason why it cannot become one. */
import type { z } from 'zod';
import { isWorkflowEventType, workflowEventBodies } from './bodies.ts';
import { isJobEvent, jobEnvelope, subjectOf, workflowEnvelope } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { FAR_FUTURE_MS } from './event-flags.ts';
import type { EventFlag } from './event-flags.ts';
import { storedEventId } from './event-id.ts';
import { nameProblem } from './identifiers.ts';
import { isQuarantineReason } from './quarantine-reasons.ts';
import type { QuarantineReason } from './quarantine-reasons.ts';
import type { RawEvent } from './read-body.ts';
import { storableJson } from './storable-json.ts';

/** Deepest nesting of a field's value. Real inputs are 200 deep. */
export const MAX_DEPTH = 1_000;

/** A row of the log, ready to be stored. */
export interface StorableEvent {
  /** UUID in lower case. */
  id: string;
  type: string;
  source: 'workflow' | 'job';
  workflowId: string;
  workflowName: string;
  executionId: string | null;
  env: string;
  serviceKey: string;
  /** Milliseconds since the epoch. */
  at: number;
  flags: EventFlag[];
  /** JSON text that PostgreSQL's jsonb takes. */
  payload: string;
}

/** Why an event was put aside. */
export interface Rejection {
  reason: QuarantineReason;
  /** In words: which field, and what was wrong with it. */
  detail: string;
}

export type ReadEvent = { kind: 'storable'; event: StorableEvent } | { kind: 'rejected'; rejection: Rejection };

/**
 * Reads one event. Never throws.
 *
 * @param now the server's clock, milliseconds since the epoch
 */
export function readEvent(raw: RawEvent, now: number): ReadEvent {
  const { value } = raw;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return rejected('not_an_object', 'The entry is not a JSON object.');
  }
  // The event itself is one level.
  if (raw.scan.depth > MAX_DEPTH + 1) return rejected('too_deep', `The event is nested ${raw.scan.depth} levels deep.`);
  const event = value as Readonly<Record<string, unknown>>;
  const envelope = (isJobEvent(event) ? jobEnvelope : workflowEnvelope).safeParse(event);
  if (!envelope.success) return rejectedBy(envelope.error.issues[0]!);
  const problem = raw.bytesReplaced ? replacedName(event, envelope.data) : null;
  return problem ?? readBodyOf(event, envelope.data) ?? storable(raw, envelope.data, now);
}

/** The claimed id, environment and service of an event that could not be read; null where they cannot be stored. */
export function claimsOf(value: unknown): { eventId: string | null; env: string | null; serviceKey: string | null } {
  const event = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  return {
    eventId: nameOrNull(event['eventId']),
    env: nameOrNull(event['env']),
    serviceKey: nameOrNull(event['serviceKey']),
  };
}

function nameOrNull(value: unknown): string | null {
  return typeof value === 'string' && nameProblem(value) === null ? value : null;
}

function storable(raw: RawEvent, envelope: Envelope, now: number): ReadEvent {
  const { id, derived } = storedEventId(envelope.eventId, envelope.env, envelope.serviceKey);
  const needsRewrite = raw.scan.unstorableText || raw.scan.unsafeNumber;
  const payload = needsRewrite ? storableJson(raw.json).json : raw.json;
  const flags: EventFlag[] = [];
  if (envelope.timestamp > now + FAR_FUTURE_MS) flags.push('far_future');
  if (derived) flags.push('id_derived');
  if (raw.scan.unstorableText) flags.push('text_marked');
  if (raw.scan.unsafeNumber) flags.push('number_as_text');
  if (raw.bytesReplaced) flags.push('bytes_replaced');
  const { type, source, env, serviceKey, timestamp: at } = envelope;
  return { kind: 'storable', event: { id, type, source, ...subjectOf(envelope), env, serviceKey, at, flags, payload } };
}

/** A known type of workflow event must have the fields that place it, and names that can be indexed. */
function readBodyOf(event: Readonly<Record<string, unknown>>, { type, source }: Envelope): ReadEvent | null {
  if (source !== 'workflow' || !isWorkflowEventType(type)) return null;
  for (const [field, name] of namesInBody(event)) {
    const reason = nameProblem(name);
    if (reason !== null) return rejected(reason, `${field} ${describe(reason)}.`);
  }
  const body = workflowEventBodies[type].safeParse(event);
  if (body.success) return null;
  const field = body.error.issues[0]!.path.join('.');
  return rejected('unreadable_body', `${field} of ${type} is missing or cannot be read.`);
}

/** The names beside the envelope: those of steps. */
function namesInBody(event: Readonly<Record<string, unknown>>): [field: string, name: string][] {
  const { stepName, completedSteps, error } = event;
  const names: [string, unknown][] = [['stepName', stepName]];
  if (typeof error === 'object' && error !== null)
    names.push(['error.stepName', (error as { stepName?: unknown }).stepName]);
  if (Array.isArray(completedSteps))
    completedSteps.forEach((name, index) => names.push([`completedSteps.${index}`, name]));
  return names.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** Two names that differ in unreadable bytes look the same once those are replaced. */
function replacedName(event: Readonly<Record<string, unknown>>, envelope: Envelope): ReadEvent | null {
  for (const [field, value] of [...Object.entries(envelope), ...namesInBody(event)]) {
    if (typeof value === 'string' && value.includes('\ufffd')) {
      return rejected('name_unstorable', `${field} ${describe('name_unstorable')}.`);
    }
  }
  return null;
}

function rejectedBy(issue: z.core.$ZodIssue): ReadEvent {
  const claimed: unknown = issue.code === 'custom' ? issue.params?.['reason'] : undefined;
  const reason = typeof claimed === 'string' && isQuarantineReason(claimed) ? claimed : 'missing_field';
  return rejected(reason, `${issue.path.join('.')} ${describe(reason)}.`);
}

function describe(reason: QuarantineReason): string {
  switch (reason) {
    case 'bad_timestamp':
      return 'is no ISO-8601 instant with an offset';
    case 'name_too_long':
      return 'is longer than 512 bytes';
    case 'name_unstorable':
      return 'holds a NUL character, half of a surrogate pair or unreadable bytes';
    default:
      return 'is missing, empty or not text';
  }
}

function rejected(reason: QuarantineReason, detail: string): ReadEvent {
  return { kind: 'rejected', rejection: { reason, detail } };
}
