import { expect, it } from 'vitest';
import { senderName } from './sender-name.ts';

const anybody = { env: null, serviceKey: null };

it.each([
  [
    '{"events":[{"input":{"serviceKey":"inner","env":"x"},"env":"production","serviceKey":"orders"}]}',
    'production orders',
  ],
  ['{"events":[{"serviceKey" : "first"},{"serviceKey" :\n"second"}]}', ' second'],
  ['{"events":[{"serviceKey":7,"env":', ' '],
  [`{"serviceKey":"${'long'.repeat(100)}"}`, ' '],
  ['not JSON', ' '],
])('reads who sends from the bytes', (body, name) => {
  expect(senderName(anybody, Buffer.from(body))).toBe(name);
});

it('believes the key before the body', () => {
  const body = Buffer.from('{"events":[{"env":"production","serviceKey":"orders"}]}');
  expect(senderName({ env: 'staging', serviceKey: null }, body)).toBe('staging orders');
  expect(senderName({ env: 'staging', serviceKey: 'billing' }, body)).toBe('staging billing');
});
