/** The events at which the scrubber can stop, in the order that makes the state. Pure. */
import type { Event, Span, Workflow } from '@wm/client';
import { stepOf } from '../events/event-words.ts';

export interface Stop {
  id: string;
  /** ms */
  at: number;
  /** What happened, in short. */
  words: string;
}

/** More events than these are not all read for it. */
export const EVERY_EVENT_UP_TO = 1_000;

export function stopsOfEvents(events: readonly Event[]): Stop[] {
  return events
    .filter(({ processed, processingError }) => processed && processingError === null)
    .map(({ id, timestamp, type, payload }) => {
      const step = stepOf(payload);
      return { id, at: Date.parse(timestamp), words: step === null ? type : `${type} ${step}` };
    });
}

type Ends = Pick<Workflow, 'firstEventId' | 'firstEventAt' | 'lastEventId' | 'lastEventAt'>;

/** Of a large run: its first and newest event, and where something began or ended. */
export function stopsOfSpans(spans: readonly Span[], workflow: Ends): Stop[] {
  const stops = new Map<string, Stop>();
  const add = (id: string | null, at: string | null, words: string): void => {
    if (id !== null && at !== null && !stops.has(id)) stops.set(id, { id, at: Date.parse(at), words });
  };
  for (const span of spans) {
    add(span.startEventId, span.startedAt, `${nameOf(span)} begins`);
    add(span.endEventId, span.endedAt, `${nameOf(span)} ends${span.outcome === null ? '' : `: ${span.outcome}`}`);
  }
  add(workflow.firstEventId, workflow.firstEventAt, 'the first event');
  add(workflow.lastEventId, workflow.lastEventAt, 'the newest event');
  return [...stops.values()].toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function nameOf({ kind, stepName, attempt, outcome }: Span): string {
  switch (kind) {
    case 'step':
      return stepName ?? 'a step';
    case 'attempt':
      return `${stepName}, attempt ${attempt}`;
    case 'retry_wait':
      return `${stepName}, wait for a retry`;
    case 'sleep':
      return 'sleep';
    case 'pause':
      return `pause (${outcome ?? 'no reason'})`;
  }
}
