import { expect, test } from 'vitest';
import { countNew } from './count-new.ts';

const rows = (ids: string): { id: string }[] => ids.split('').map((id) => ({ id }));

test('what the newest page has and the list does not is new', () => {
  expect(countNew(rows('cde'), rows('abcd'))).toBe(2);
  expect(countNew(rows('abc'), rows('abc'))).toBe(0);
  // Rows that are shown may have left the filter meanwhile, and others come up behind: that is nothing new.
  expect(countNew(rows('abc'), rows('bcde'))).toBe(0);
  expect(countNew(rows('abc'), rows('xbcde'))).toBe(1);
  expect(countNew(rows('abc'), rows('xyz'))).toBe(3);
});

test('in an empty list everything is new', () => {
  expect(countNew([], rows('ab'))).toBe(2);
});
