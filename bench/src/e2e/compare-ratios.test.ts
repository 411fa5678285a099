import { expect, test } from 'vitest';
import { compareRatios } from './compare-ratios.ts';

const recorded = { redis: { ratioToLoop: 12, ratioToFloor: 0.4 }, postgres: { ratioToLoop: 8, ratioToFloor: 0.3 } };

test('ratios may fall to the share of what is recorded', () => {
  const measured = { redis: { ratioToLoop: 9, ratioToFloor: 0.5 }, postgres: { ratioToLoop: 6, ratioToFloor: 0.225 } };
  expect(compareRatios(recorded, measured, 0.75).map(({ ok }) => ok)).toEqual([true, true, true, true]);
});

test('a ratio below the share fails, and says which and how far', () => {
  const measured = { redis: { ratioToLoop: 8.9, ratioToFloor: 0.4 }, postgres: recorded.postgres };
  const failed = compareRatios(recorded, measured, 0.75).filter(({ ok }) => !ok);
  expect(failed.map(({ line }) => line)).toEqual([
    "FAIL  queue in redis: 8.9 of the rate of the document's loop, recorded 12, bound 9",
  ]);
});

test('a backend that could not be measured fails', () => {
  const failed = compareRatios(recorded, { postgres: recorded.postgres }, 0.75).filter(({ ok }) => !ok);
  expect(failed).toHaveLength(1);
  expect(failed[0]!.line).toContain('redis');
});
