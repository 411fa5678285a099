import { expect, test } from 'vitest';
import { eventWords, plainName, stepOf } from './event-words.ts';

test('an event is told by what it says beyond its type and subject', () => {
  expect(
    eventWords(
      {
        eventId: 'x',
        type: 'retry.scheduled',
        env: 'production',
        stepName: 'charge',
        attempt: 2,
        delayMs: 4000.4,
        nextAttemptAt: '2026-11-23T10:00:04.000Z',
      },
      'utc',
    ),
  ).toBe('attempt 2, delay 4.0 s, next attempt at 2026-11-23 10:00:04 UTC');
  expect(eventWords({ error: { message: 'declined', stack: 'long' }, willRetry: false }, 'utc')).toBe(
    'declined, will retry: no',
  );
});

test('what is no object says nothing', () => {
  expect(eventWords(null, 'utc')).toBe('');
  expect(stepOf('text')).toBeNull();
  expect(stepOf({ stepName: 'charge' })).toBe('charge');
  expect(plainName('willRetry')).toBe('will retry');
});
