import { expect, test } from 'vitest';
import { eventCount } from './measurement.ts';
import { createWorkload, fullRequests, requestsOfAllSizes } from './workload.ts';

test('the measured events can be told from those of the warm-up by their time', () => {
  const { warmUp, measured, measuredFrom } = createWorkload(1, 2_000);
  const times = (requests: typeof measured): number[] =>
    requests.flatMap(({ events }) => events.map(({ timestamp }) => Date.parse(timestamp)));
  expect(Math.max(...times(warmUp))).toBeLessThan(measuredFrom.getTime());
  expect(Math.min(...times(measured))).toBeGreaterThan(measuredFrom.getTime());
});

test('requests have the sizes of the real client', () => {
  const sizes = requestsOfAllSizes(1, 20_000).map(({ events }) => events.length);
  const full = sizes.filter((size) => size === 100).length / sizes.length;
  expect(full).toBeGreaterThan(0.01);
  expect(full).toBeLessThan(0.04);
  expect(sizes.filter((size) => size <= 20).length / sizes.length).toBeGreaterThan(0.9);
});

test('full requests are all full, and as many as asked for', () => {
  const requests = fullRequests(1, 5_000);
  expect(new Set(requests.map(({ events }) => events.length))).toEqual(new Set([100]));
  expect(eventCount(requests)).toBe(5_000);
});
