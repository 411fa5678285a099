/** The few fields of a stored event that the projection reads, and the order in which it reads them. */
import { isWorkflowEventType, workflowEventBodies } from './bodies.ts';
import type { WorkflowEventBody, WorkflowEventType } from './bodies.ts';

/** Where an event stands among the events of its workflow: milliseconds since the epoch, then the id. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

interface FoldEventBase extends Position {
  readonly workflowName: string;
  readonly executionId: string | null;
  /** Whether the payload carries an input, result or output. The fold never reads the value itself: it may be large. */
  readonly hasValue: boolean;
}

type KnownFoldEvent = {
  [T in WorkflowEventType]: FoldEventBase & {
    readonly type: T;
    readonly body: WorkflowEventBody<T>;
  };
}[WorkflowEventType];

/** An event of a type, or with fields, that this version does not know. It is kept and shown, and changes no state. */
export interface UnknownFoldEvent extends FoldEventBase {
  readonly type: 'unknown';
}

export type FoldEvent = KnownFoldEvent | UnknownFoldEvent;

/**
 * Total order of the events of one workflow: (timestamp, event id). Ids are compared as lower-case text, which for
 * UUIDs is the order of PostgreSQL's uuid type.
 */
export function comparePositions(a: Position, b: Position): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/**
 * Makes a fold event from stored fields. Never throws: a type or body that this version cannot read becomes `unknown`.
 *
 * @param base position, names and the stored type of the event
 * @param body the payload, or the part of it that the fold needs
 */
export function toFoldEvent(base: FoldEventBase & { readonly type: string }, body: unknown): FoldEvent {
  const { at, id, workflowName, executionId, hasValue, type } = base;
  if (isWorkflowEventType(type)) {
    const parsed = workflowEventBodies[type].safeParse(body);
    if (parsed.success) {
      return {
        at,
        id,
        workflowName,
        executionId,
        hasValue,
        type,
        body: parsed.data,
      } as KnownFoldEvent;
    }
  }
  return { at, id, workflowName, executionId, hasValue, type: 'unknown' };
}
