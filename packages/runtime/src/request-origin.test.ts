import { expect, test } from 'vitest';
import { requestIdOf, saneTraceparent } from './request-origin.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

test('the own id of the sender goes before that of its trace', () => {
  expect(requestIdOf('order-7/a.b:c', TRACEPARENT)).toBe('order-7/a.b:c');
  expect(requestIdOf(undefined, TRACEPARENT)).toBe(TRACE);
});

test.each(['', 'two words', 'a"b', 'x'.repeat(129), 'line\nbreak', 'ümlaut'])('%j is no id', (given) => {
  expect(requestIdOf(given, TRACEPARENT)).toBe(TRACE);
  expect(requestIdOf(given, undefined)).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
});

test.each([
  '',
  `00-${TRACE}-00f067aa0ba902b7`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  TRACEPARENT.toUpperCase(),
  `${TRACEPARENT}-more`,
])('%j names no span', (text) => {
  expect(saneTraceparent(text)).toBeUndefined();
  expect(requestIdOf(undefined, text)).not.toBe(TRACE);
});

test('a good one does', () => {
  expect(saneTraceparent(TRACEPARENT)).toBe(TRACEPARENT);
});
