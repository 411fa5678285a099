import { expect, test } from 'vitest';
import { idOf, jsonRows, openDepth, pathText, revealed, searchJson, tagOf } from './json-rows.ts';

const WHOLE = { customer: { region: 'eu', 'first.name': 'Ada' }, items: [{ sku: 'a' }, { sku: 'b' }], none: null };
const OPEN = { depth: Infinity, turned: new Set<string>() };

test('lines come in the order of the text, with their depth', () => {
  expect(jsonRows(WHOLE, OPEN).map(({ depth, name }) => [depth, name])).toEqual([
    [0, null],
    [1, 'customer'],
    [2, 'region'],
    [2, 'first.name'],
    [1, 'items'],
    [2, 0],
    [3, 'sku'],
    [2, 1],
    [3, 'sku'],
    [1, 'none'],
  ]);
});

test('what is folded hides its members, and turning opens it', () => {
  const folds = { depth: 1, turned: new Set<string>() };
  expect(jsonRows(WHOLE, folds).map(({ name }) => name)).toEqual([null, 'customer', 'items', 'none']);
  const turned = { depth: 1, turned: new Set([idOf(['items'])]) };
  expect(jsonRows(WHOLE, turned).map(({ name }) => name)).toEqual([null, 'customer', 'items', 0, 1, 'none']);
});

test('a found place is made visible with everything above it', () => {
  const found = searchJson(WHOLE, 'B');
  expect(found).toEqual([['items', 1, 'sku']]);
  const rows = jsonRows(WHOLE, revealed({ depth: 1, turned: new Set() }, found[0]!));
  expect(rows.some(({ id }) => id === idOf(found[0]!))).toBe(true);
});

test('nesting does not end it', () => {
  let deep: unknown = 'end';
  for (let level = 0; level < 1_000; level += 1) deep = [deep];
  expect(jsonRows(deep, OPEN)).toHaveLength(1_001);
  expect(searchJson(deep, 'end')).toHaveLength(1);
});

test('a large value is opened no deeper than there is room', () => {
  const large = { list: Array.from({ length: 1_000 }, (_, nth) => ({ nth })) };
  expect(openDepth(large, 500)).toBe(1);
  expect(openDepth(WHOLE, 500)).toBe(Infinity);
});

test('paths are written as code has them, and as the list of workflows takes them', () => {
  expect(pathText(['items', 1, 'unit price'])).toBe('items[1]["unit price"]');
  expect(tagOf(['customer', 'first.name'], 'Ada')).toBe('customer.first\\.name=Ada');
  expect(tagOf(['items', 1, 'sku'], 'b')).toBeNull();
});
