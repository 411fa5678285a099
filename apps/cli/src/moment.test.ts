import { expect, test } from 'vitest';
import { momentOf } from './moment.ts';

const read = (text: string): Date => momentOf(text, '--since', 'Nothing was read.');

test.each([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
])('%s is a time', (text, at) => {
  expect(read(text).toISOString()).toBe(at);
});

test('a length is a time so long ago', () => {
  const before = Date.now();
  const at = read('90m').getTime();
  expect(at).toBeGreaterThanOrEqual(before - 5_400_000);
  expect(at).toBeLessThanOrEqual(Date.now() - 5_400_000);
});

test.each(['yesterday', '1', '2026', 'March 3', '2026-13-01', '2026-01-31 12:00', '90x', '', '99999d'])(
  '"%s" is refused',
  (text) => {
    expect(() => read(text)).toThrow(/^--since takes a time such as .*Nothing was read\.$/);
  },
);
