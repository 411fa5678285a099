import { expect, test } from 'vitest';
import { intervalFor, rangeOf } from './range.ts';

const NOW = Date.parse('2026-03-09T12:00:30.000Z');

test('a preset moves a minute at a time', () => {
  expect(rangeOf({ range: '1h' }, NOW)).toEqual(rangeOf({ range: '1h' }, NOW + 29_000));
  expect(rangeOf({}, NOW)).toMatchObject({ since: '2026-03-08T12:00:00.000Z', until: null, preset: '24h' });
});

test('from and until beat a preset; what is no time is passed over', () => {
  expect(rangeOf({ range: '1h', since: '2026-03-01T00:00:00Z' }, NOW)).toMatchObject({
    since: '2026-03-01T00:00:00.000Z',
    until: null,
    preset: null,
  });
  expect(rangeOf({ since: 'yesterday', range: '1h' }, NOW).preset).toBe('1h');
  expect(rangeOf({ since: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' }, NOW).preset).toBe('24h');
});

test('the points of a series are about sixty, and as wide as the api allows', () => {
  const hour = 3_600_000;
  const named = (ms: number): string => intervalFor(ms).interval;
  expect([hour / 4, hour, 6 * hour, 24 * hour].map(named)).toEqual(['1m', '1m', '5m', '30m']);
  // More than a day: no less than hours. More than three: no less than days.
  expect([25 * hour, 72 * hour, 7 * 24 * hour, 90 * 24 * hour].map(named)).toEqual(['1h', '1h', '1d', '7d']);
});
