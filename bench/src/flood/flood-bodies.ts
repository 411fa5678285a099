/** Request bodies by number, cheap enough to make that one core can offer far more than the system takes. */
import { planWorkflow } from '@wm/simulator';
import type { SimulatedEvent } from '@wm/simulator';

const FLOOD_SERVICE = 'payment-service';
export const EVENTS_PER_REQUEST = 100;

/** A finished workflow of the simulator, as its client sends it: ten events of one run, all in one request. */
export function finishedWorkflow(now: number): readonly SimulatedEvent[] {
  const pace = { speed: 60, longestWaitMs: 1_000 };
  for (let index = 0; ; index += 1) {
    const { subject, slices } = planWorkflow(1, { index, startAt: now - 10_000, scenario: 'success', pace });
    const events = slices.flatMap((slice) => slice.events);
    if (subject.serviceKey === FLOOD_SERVICE && events.length === 10) return events;
  }
}

/** Text between the places of a workflow id and an event id. */
interface Template {
  readonly pieces: readonly string[];
  readonly places: readonly ('workflow' | 'event')[];
  readonly events: number;
}

function template(now: number): Template {
  const events = finishedWorkflow(now);
  const marked = events.map((event) => ({ ...event, eventId: '<event>', workflowId: '<workflow>' }));
  const text = JSON.stringify(marked).slice(1, -1);
  return {
    pieces: text.split(/<event>|<workflow>/),
    places: [...text.matchAll(/<(event|workflow)>/g)].map((match) => match[1] as 'workflow' | 'event'),
    events: events.length,
  };
}

/**
 * Makes the bodies of a flood: `body(n)` is always the same text, so that a request that failed is sent again as it was.
 *
 * @param run tells the workflows of one phase from those of another, 0 to 15
 */
export function floodBodies(
  run: number,
  now: number,
): { body: (n: number) => string; workflowOf: (n: number) => string } {
  const { pieces, places, events } = template(now);
  const workflows = EVENTS_PER_REQUEST / events;
  const workflowId = (n: number, nth: number): string => `flood-${run}-${n}-${nth}`;
  const eventId = (n: number, nth: number): string => {
    const number = (n * EVENTS_PER_REQUEST + nth).toString(16).padStart(12, '0');
    return `01a20000-000${run.toString(16)}-7000-8000-${number}`;
  };
  return {
    workflowOf: (n) => workflowId(n, workflows - 1),
    body(n) {
      let text = '{"events":[';
      let nthEvent = 0;
      for (let nth = 0; nth < workflows; nth += 1) {
        const id = workflowId(n, nth);
        if (nth > 0) text += ',';
        for (const [index, place] of places.entries()) {
          text += pieces[index]!;
          text += place === 'workflow' ? id : eventId(n, nthEvent++);
        }
        text += pieces.at(-1)!;
      }
      return `${text}]}`;
    },
  };
}
