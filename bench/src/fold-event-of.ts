/** What the fold reads of an event, made from what is sent and not from what is stored. */
import { toFoldEvent } from '@wm/events';
import type { FoldEvent, StorableEvent } from '@wm/events';

const VALUE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'workflow.started': ['input'],
  'workflow.queued': ['input'],
  'step.completed': ['result'],
  'workflow.completed': ['output', 'result'],
};

/** @param payload the event's payload, parsed; parsed here where absent */
export function foldEventOf(
  event: StorableEvent,
  payload: Readonly<Record<string, unknown>> = JSON.parse(event.payload) as Record<string, unknown>,
): FoldEvent {
  const hasValue = VALUE_FIELDS[event.type]?.some((field) => Object.hasOwn(payload, field)) ?? false;
  return toFoldEvent({ ...event, hasValue }, payload);
}
