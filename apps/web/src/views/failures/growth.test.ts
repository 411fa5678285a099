import { expect, test } from 'vitest';
import type { ErrorGroup } from '@wm/client';
import { growing, growthOf } from './growth.ts';

const newSince = Date.parse('2026-03-09T00:00:00.000Z');

function group(errorGroup: string, trend: number[], firstSeen = '2026-03-01T00:00:00.000Z'): ErrorGroup {
  const count = trend.reduce((total, value) => total + value, 0);
  return { errorGroup, trend, count, firstSeen } as ErrorGroup;
}

test('The halves of a range are compared, and an odd part in the middle is left out', () => {
  expect(growthOf([1, 2, 10, 4])).toEqual({ before: 3, since: 14 });
  expect(growthOf([1, 2, 99, 10, 4])).toEqual({ before: 3, since: 14 });
  expect(growthOf([7])).toEqual({ before: 0, since: 0 });
});

test('What is new or grew by more than chance is told, the largest gain first', () => {
  const told = growing(
    [
      group('steady', [50, 52]),
      group('by-chance', [3, 6]),
      group('grew', [2, 40]),
      group('shrank', [40, 2]),
      group('new', [1, 0], '2026-03-09T01:00:00.000Z'),
    ],
    newSince,
  );
  expect(told.map(({ errorGroup }) => errorGroup)).toEqual(['grew', 'new']);
});

test('Where nothing is known of the time before, nothing is called new', () => {
  const first = group('first', [1, 0], '2026-03-09T01:00:00.000Z');
  expect(growing([first, group('grew', [2, 40])], null).map(({ errorGroup }) => errorGroup)).toEqual(['grew']);
});
