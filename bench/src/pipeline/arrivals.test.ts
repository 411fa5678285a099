import { createRandom } from '@wm/simulator';
import { expect, test } from 'vitest';
import { arrivalTimes } from './arrivals.ts';

test('arrivals ascend, keep to the rate on average, and come in bunches', () => {
  const times = arrivalTimes(createRandom('arrivals', 1), 20_000, 500);
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  expect(times.at(-1)! / times.length).toBeCloseTo(2, 1);
  // Of exponential gaps of 2 ms on average this share is below 0.2 ms; of even ones none would be.
  expect(gaps.filter((gap) => gap < 0.2).length / gaps.length).toBeCloseTo(1 - Math.exp(-0.1), 2);
});
