/** Streams of events and the ways in which they may arrive, for property tests on a real database. */
import { comparePositions, readBody, readEvent, toFoldEvent } from '@wm/events';
import type { FoldEvent, StorableEvent } from '@wm/events';
import { planWorkflow, scenarios } from '@wm/simulator';
import * as fc from 'fast-check';
import { eventSoup } from '../../../../packages/projection/test/properties/event-soup.ts';

export const ENV = 'property';
export const SERVICE = 'property-service';
const BASE_AT = Date.UTC(2026, 9, 5);

/** One workflow: what happened, and in which requests the server hears of it. */
export interface Case extends Arrival {
  stream: Stream;
}

interface Arrival {
  /** Sort keys of the events, used in turn: their order of arrival. All equal: the order of the fold. */
  order: number[];
  /** Sizes of the requests, used in turn. */
  sizes: number[];
  /** For each event in turn, whether it arrives again, in a request of its own at the end. */
  repeated: boolean[];
  /** For each request in turn, whether the workflow is drained while the next one comes in. */
  drained: boolean[];
}

type Stream = { kind: 'simulated'; scenario: string; seed: number } | { kind: 'soup'; soup: SoupEvents };
type SoupEvents = typeof eventSoup extends fc.Arbitrary<infer Events> ? Events : never;

const names = scenarios.filter((scenario) => !scenario.name.includes('job')).map((scenario) => scenario.name);
const stream: fc.Arbitrary<Stream> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('simulated' as const),
      scenario: fc.constantFrom(...names),
      seed: fc.nat({ max: 100_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('soup' as const), soup: eventSoup }) },
);

const inTurn = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.array(value, { minLength: 1, maxLength: 12 });

/** Event by event with a drain after each: the state goes through the database between any two. */
const stepwise: fc.Arbitrary<Arrival> = fc.constant<Arrival>({
  order: [0],
  sizes: [1],
  repeated: [false],
  drained: [true],
});
const inOrder: fc.Arbitrary<Arrival> = fc.record({
  order: fc.constant<number[]>([0]),
  sizes: inTurn(fc.integer({ min: 1, max: 6 })),
  repeated: inTurn(fc.boolean()),
  drained: inTurn(fc.boolean()),
});
const anyhow: fc.Arbitrary<Arrival> = fc.record({
  order: inTurn(fc.nat({ max: 20 })),
  sizes: inTurn(fc.integer({ min: 1, max: 10 })),
  repeated: inTurn(fc.boolean()),
  drained: inTurn(fc.boolean()),
});

export const someCase: fc.Arbitrary<Case> = fc
  .tuple(stream, fc.oneof(stepwise, inOrder, anyhow))
  .map(([events, arrival]) => ({ stream: events, ...arrival }));

/** A case under ids of its own, so that many share one database. */
export interface ArrangedCase {
  workflowId: string;
  /** In order of arrival. */
  requests: StorableEvent[][];
  drained: boolean[];
  /** Every event once, as the fold reads it, in no particular order. */
  events: FoldEvent[];
}

/** @param serial makes the ids of this case unlike those of every other case of the database */
export function arrange(one: Case, serial: number): ArrangedCase {
  const workflowId = `workflow-${serial}`;
  const events = storable(rawEvents(one.stream, serial), workflowId).sort(comparePositions);
  const arriving = events
    .map((event, index) => ({ event, key: one.order[index % one.order.length]! }))
    .sort((a, b) => a.key - b.key)
    .map(({ event }) => event);
  const requests: StorableEvent[][] = [];
  for (let from = 0; from < arriving.length;) {
    const size = one.sizes[requests.length % one.sizes.length]!;
    requests.push(arriving.slice(from, from + size));
    from += size;
  }
  const again = arriving.filter((_event, index) => one.repeated[index % one.repeated.length]!);
  // Half of the repeats come with the request after next, the others all at the end.
  again.forEach((event, index) => {
    if (index % 2 === 0) requests[Math.min(index + 1, requests.length - 1)]!.push(event);
  });
  if (again.length > 0) requests.push(again);
  return { workflowId, requests, drained: one.drained, events: events.map(foldEventOf) };
}

function rawEvents(from: Stream, serial: number): Record<string, unknown>[] {
  if (from.kind === 'simulated') {
    // Each case begins at a time of its own: that makes its event ids unlike those of the others.
    const startAt = BASE_AT + serial * 7;
    const plan = planWorkflow(from.seed, { index: serial, startAt, scenario: from.scenario, small: true });
    return plan.slices.flatMap((slice) => [...slice.events]);
  }
  return from.soup.map(({ type, at, body }, index) => ({
    ...body,
    type,
    timestamp: new Date(BASE_AT + at).toISOString(),
    eventId: `00000000-0000-7000-8000-${serial.toString(16).padStart(6, '0')}${index.toString(16).padStart(6, '0')}`,
    workflowName: 'soup',
  }));
}

/** What ingest makes of the events; those that it would put aside are left out. */
function storable(events: readonly Record<string, unknown>[], workflowId: string): StorableEvent[] {
  const own = events.map((event) => ({ ...event, source: 'workflow', workflowId, env: ENV, serviceKey: SERVICE }));
  const body = readBody(Buffer.from(JSON.stringify({ events: own })));
  if (body.kind !== 'events') throw new Error(`a made-up request was refused: ${body.problem}`);
  return body.events.flatMap((raw) => {
    const read = readEvent(raw, BASE_AT);
    return read.kind === 'storable' ? [read.event] : [];
  });
}

function foldEventOf(event: StorableEvent): FoldEvent {
  const payload = JSON.parse(event.payload) as Record<string, unknown>;
  const hasValue = ['input', 'output', 'result'].some((field) => Object.hasOwn(payload, field));
  return toFoldEvent({ ...event, hasValue }, payload);
}
