import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './search-text.ts';

test('lists are repeated, and what is absent is left out', () => {
  const values = {
    env: ['production', 'staging'],
    name: 'a b&c=d',
    at: '2026-03-09T12:00:00Z',
    none: undefined,
    empty: '',
  };
  const text = stringifySearch(values);
  expect(text).toBe('?env=production&env=staging&name=a+b%26c%3Dd&at=2026-03-09T12:00:00Z');
  expect(parseSearch(text)).toEqual({ env: ['production', 'staging'], name: 'a b&c=d', at: '2026-03-09T12:00:00Z' });
});

test('a number or a word in quotes stays the text it is', () => {
  expect(parseSearch('?run=2&name="x"&flag=true')).toEqual({ run: '2', name: '"x"', flag: 'true' });
});

test('nothing asked is no question mark', () => {
  expect(stringifySearch({ env: undefined, service: [] })).toBe('');
});
