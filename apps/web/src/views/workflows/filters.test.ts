import { expect, test } from 'vitest';
import { chipsOf, readDuration, withoutChip, withTyped } from './filters.ts';

test.each([
  ['90s', 90_000],
  ['90', 90_000],
  ['1.5h', 5_400_000],
  [' 5 m ', 300_000],
  ['2 min', 120_000],
  ['250ms', 250],
  ['1d', 86_400_000],
  ['soon', null],
  ['-5s', null],
  ['', null],
])('%j is a length of %s ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test('each filter in force is a chip, each value of a list one of its own', () => {
  const search = { name: ['order', 'refund'], minDurationMs: '90000', hasGaps: 'false' as const, errorGroup: 'abc' };
  expect(chipsOf(search).map(({ words }) => words)).toEqual([
    'Workflow name: order',
    'Workflow name: refund',
    'Takes at least: 1 m 30 s',
    'Without gaps',
    'Error group: abc',
  ]);
});

test('a chip that goes takes only its own value along', () => {
  const search = { name: ['order', 'refund'], error: 'timeout' };
  const [order, , error] = chipsOf(search);
  expect(withoutChip(search, order!)).toEqual({ name: ['refund'], error: 'timeout' });
  expect(withoutChip(search, error!)).toEqual({ name: ['order', 'refund'], error: undefined });
});

test('a second name stands beside the first, a second text in its place', () => {
  expect(withTyped({ name: ['order'] }, 'name', 'refund')).toEqual({ name: ['order', 'refund'] });
  expect(withTyped({ name: ['order'] }, 'name', 'order')).toEqual({ name: ['order'] });
  expect(withTyped({ error: 'timeout' }, 'error', 'refused')).toEqual({ error: 'refused' });
});
