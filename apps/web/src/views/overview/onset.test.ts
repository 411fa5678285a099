import { expect, test } from 'vitest';
import { onsetOf, type Outcomes } from './onset.ts';

const points = (...failed: number[]): Outcomes[] => failed.map((count) => ({ failed: count, completed: 10 - count }));

test('The worse part begins where the share of failures went up', () => {
  expect(onsetOf(points(0, 1, 0, 0, 1, 0, 6, 7, 5, 8))).toBe(6);
});

test('Points in which nothing ended say nothing', () => {
  const none = { completed: 0, failed: 0 };
  expect(onsetOf([...points(0, 0, 0), none, none, ...points(9, 10)])).toBe(5);
});

test('What failed alike all along, got better or is too little to tell began nowhere', () => {
  expect(onsetOf(points(3, 4, 3, 3, 4, 3))).toBeNull();
  expect(onsetOf(points(9, 8, 9, 0, 0, 0))).toBeNull();
  expect(
    onsetOf([
      { completed: 1, failed: 0 },
      { completed: 0, failed: 1 },
    ]),
  ).toBeNull();
  expect(onsetOf([])).toBeNull();
});
