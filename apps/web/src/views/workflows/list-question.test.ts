import { expect, test } from 'vitest';
import { questionOf } from './list-question.ts';

const NOW = Date.parse('2026-03-09T12:00:30.000Z');

test('asks for the last day unless another range is named', () => {
  expect(questionOf({}, NOW)).toEqual({ since: '2026-03-08T12:00:00.000Z' });
  expect(questionOf({ range: '1h', status: ['failed'] }, NOW)).toEqual({
    since: '2026-03-09T11:00:00.000Z',
    status: ['failed'],
  });
  expect(questionOf({ since: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z' }, NOW)).toEqual({
    since: '2026-03-01T00:00:00.000Z',
    until: '2026-03-02T00:00:00.000Z',
  });
});

test('looks for an id everywhere', () => {
  expect(questionOf({ search: 'abc' }, NOW)).toEqual({ search: 'abc' });
  expect(questionOf({ search: 'abc', range: '1h' }, NOW)).toEqual({ search: 'abc', since: '2026-03-09T11:00:00.000Z' });
});

test('the range may be that in which they ended', () => {
  expect(questionOf({ range: '1h', time: 'ended', status: ['failed'], runs: 'all' }, NOW)).toEqual({
    finishedSince: '2026-03-09T11:00:00.000Z',
    status: ['failed'],
    runs: 'all',
  });
});

test('leaves out what is no number, and what only the page needs', () => {
  expect(questionOf({ search: 'abc', minDurationMs: 'long', maxDurationMs: '1500', columns: ['status'] }, NOW)).toEqual(
    {
      search: 'abc',
      maxDurationMs: 1_500,
    },
  );
});
