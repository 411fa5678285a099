import { expect, test } from 'vitest';
import { medianRatio, spreads } from './report.ts';

test('a ratio is taken within each round before the median', () => {
  // The second round had half the machine.
  expect(medianRatio([150, 300, 160], [100, 200, 100])).toBe(1.5);
});

test('every figure gets its own median and extremes', () => {
  expect(
    spreads([
      { cost: 3, rate: 10 },
      { cost: 1, rate: 30 },
      { cost: 2, rate: 20 },
    ]),
  ).toEqual({ cost: { median: 2, least: 1, most: 3 }, rate: { median: 20, least: 10, most: 30 } });
});
