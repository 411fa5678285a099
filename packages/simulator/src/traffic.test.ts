import { describe, expect, test } from 'vitest';
import { deliver, eventsOf } from './delivery.ts';
import { createRandom } from './random.ts';
import { generateTraffic, planWorkflow } from './traffic.ts';

const startAt = Date.UTC(2026, 10, 22, 19, 43);
const bytes = (options: { seed: number; startAt?: number }): string =>
  JSON.stringify([...generateTraffic({ workflows: 200, startAt, ...options })]);

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => unknown): Map<unknown, T[]> {
  const groups = new Map<unknown, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

describe('a seed', () => {
  test('gives the same bytes every time', () => {
    expect(bytes({ seed: 7 })).toBe(bytes({ seed: 7 }));
  });

  test('gives other bytes than another seed', () => {
    expect(bytes({ seed: 7 })).not.toBe(bytes({ seed: 8 }));
  });

  test('plans the same course under other ids when the start is another', () => {
    const [now, later] = [0, 1000].map((ms) => planWorkflow(7, { startAt: startAt + ms }));
    const types = (plan: typeof now) => plan!.slices.map((slice) => slice.events.map((event) => event.type));
    expect(types(later)).toEqual(types(now));
    expect(later!.subject.workflowId).not.toBe(now!.subject.workflowId);
  });
});

describe('traffic', () => {
  const deliveries = [
    ...generateTraffic({ seed: 3, workflows: 3000, startAt, rate: 500, pace: { speed: 60, longestWaitMs: 10_000 } }),
  ];
  const events = eventsOf(deliveries);

  test('comes in order of arrival, each batch after the events in it', () => {
    let last = 0;
    for (const { at, body } of deliveries) {
      expect(at).toBeGreaterThanOrEqual(last);
      expect(at).toBeGreaterThanOrEqual(Date.parse(body.events.at(-1)!.timestamp));
      last = at;
    }
  });

  test('keeps to the rate asked for from the first seconds on', () => {
    const arrived = (from: number, to: number) =>
      eventsOf(deliveries.filter(({ at }) => at >= startAt + from && at < startAt + to)).length;
    for (const from of [1000, 6000, 11_000]) {
      expect(arrived(from, from + 5000) / 5).toBeGreaterThan(440);
      expect(arrived(from, from + 5000) / 5).toBeLessThan(560);
    }
  });

  test('has tied timestamps, batches that overtake and batches that come twice, as real traffic does', () => {
    const byWorkflow = groupBy(
      new Map(events.map((event) => [event.eventId, event])).values(),
      (event) => event.workflowId ?? event.instanceId,
    );
    let tied = 0;
    for (const own of byWorkflow.values()) {
      for (const ties of groupBy(own, (event) => event.timestamp).values()) tied += ties.length > 1 ? ties.length : 0;
    }
    const distinct = new Set(events.map((event) => event.eventId)).size;
    expect(tied / distinct).toBeGreaterThan(0.5);
    expect(tied / distinct).toBeLessThan(0.6);
    expect(distinct).toBeLessThan(events.length);
    const late = [...byWorkflow.values()].filter((own) =>
      own.some((event, i) => i > 0 && event.eventId < own[i - 1]!.eventId),
    );
    expect(late.length).toBeGreaterThan(0);
  });

  test('spreads over services and environments', () => {
    expect(new Set(events.map((event) => event.serviceKey)).size).toBe(5);
    expect(new Set(events.map((event) => event.env))).toEqual(new Set(['production', 'staging', 'development']));
  });

  test('keeps to the services and environments asked for', () => {
    const own = eventsOf(
      generateTraffic({
        seed: 3,
        workflows: 50,
        startAt,
        services: ['billing', 'order-service'],
        environments: ['test'],
      }),
    );
    expect(new Set(own.map((event) => event.serviceKey))).toEqual(new Set(['billing', 'order-service']));
    expect(new Set(own.map((event) => event.env))).toEqual(new Set(['test']));
  });
});

describe('delivery', () => {
  const { slices } = planWorkflow(1, { startAt, scenario: 'long run' });
  const sent = slices.flatMap((slice) => slice.events);
  const calm = { delayedShare: 0, repeatedShare: 0 };

  test.each([2, 100])('splits a slice at %i events and at its end', (flushAt) => {
    const sizes = deliver(slices, createRandom(1), { ...calm, flushAt }).map(({ body }) => body.events.length);
    const rest = sent.length % flushAt;
    expect(sizes).toEqual([
      ...Array.from({ length: Math.floor(sent.length / flushAt) }, () => flushAt),
      ...(rest > 0 ? [rest] : []),
    ]);
  });

  test('repeats the identical body where the answer is lost', () => {
    const deliveries = deliver(slices, createRandom(1), { delayedShare: 0, repeatedShare: 1, flushAt: 1000 });
    expect(deliveries).toHaveLength(2);
    expect(deliveries[1]!.body).toBe(deliveries[0]!.body);
    expect(deliveries[1]!.at - deliveries[0]!.at).toBeGreaterThan(400);
  });

  test('drops a batch that the client gives up on', () => {
    expect(deliver(slices, createRandom(1), { lostShare: 1 })).toEqual([]);
  });

  test('lets a later slice overtake one that is delayed', () => {
    const retried = planWorkflow(2, {
      startAt,
      scenario: 'parallel steps, one retries',
      pace: { speed: 1, longestWaitMs: 10 },
    });
    const overtaken = Array.from({ length: 40 }, (_, seed) =>
      deliver(retried.slices, createRandom(seed), { delayedShare: 0.5 }),
    );
    expect(overtaken.some(([first]) => first!.body.events[0]!.type === 'workflow.resumed')).toBe(true);
  });
});
