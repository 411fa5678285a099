import { expect, test } from 'vitest';
import { gridOf, onGrid } from './series.ts';

const range = { since: '2026-03-09T10:07:00.000Z', until: '2026-03-09T10:31:00.000Z' };
const MINUTE = 60_000;

test('A grid begins at a multiple of its width and covers the whole range', () => {
  expect(gridOf(range, 10 * MINUTE).map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
    '10:00',
    '10:10',
    '10:20',
    '10:30',
  ]);
});

test('Where nothing happened stands what was asked for: no count is 0, no rate is unknown', () => {
  const grid = gridOf(range, 10 * MINUTE);
  const points = [{ at: '2026-03-09T10:20:00.000Z', failed: 3, successRate: null }];
  expect(onGrid(points, grid, ({ failed }) => failed, 0)).toEqual([0, 0, 3, 0]);
  expect(onGrid(points, grid, ({ successRate }) => successRate, null)).toEqual([null, null, null, null]);
});
