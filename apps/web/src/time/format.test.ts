import { expect, test } from 'vitest';
import { formatAgo, formatCount, formatDuration, formatInstant, formatRate, formatShortCount } from './format.ts';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [3_249, '3.2 s'],
  [9_999, '9.9 s'],
  [48_000, '48 s'],
  [250_000, '4 m 10 s'],
  [3_840_000, '1 h 04 m'],
  [3_600_000, '1 h'],
  [266_400_000, '3 d 02 h'],
  [-1_500, '−1.5 s'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [4_000, 'now'],
  [59_000, '59 s ago'],
  [180_000, '3 min ago'],
  [-7_200_000, 'in 2 h'],
  [172_800_000, '2 d ago'],
])('%d ms back is %s', (ms, text) => {
  expect(formatAgo(ms)).toBe(text);
});

test('a rate never hides the one that failed, nor the one that did not', () => {
  expect([1, 0.99999, 0.982, 0.0001, 0.000001, 0].map(formatRate)).toEqual([
    '100 %',
    '99.99 %',
    '98.2 %',
    '0.01 %',
    '0.01 %',
    '0 %',
  ]);
});

test('counts, whole and short', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([950, 12_345, 123_456, 1_290_000].map(formatShortCount)).toEqual(['950', '12.3k', '123k', '1.2M']);
});

test('a time in UTC says so; the local one is that of the machine', () => {
  const at = new Date('2026-03-09T14:03:21.123Z');
  expect(formatInstant(at, 'utc')).toBe('2026-03-09 14:03:21.123 UTC');
  expect(formatInstant(at, 'utc', { date: false, ms: false })).toBe('14:03:21 UTC');
  const local = new Date(2026, 2, 9, 14, 3, 21, 123);
  expect(formatInstant(local, 'local')).toBe('2026-03-09 14:03:21.123');
});
