import { expect, test } from 'vitest';
import { quantile, spreadOf } from './measurement.ts';

test('a spread has the middle value, or the middle of the two', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
});

test('a quantile is a value that at least that share is at or below', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
  expect(quantile(values, 0.5)).toBe(501);
  expect(quantile(values, 0.99)).toBe(991);
  expect(quantile(values, 0.999)).toBe(1_000);
  expect(quantile([7], 0.99)).toBe(7);
});
