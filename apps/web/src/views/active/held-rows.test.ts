import { describe, expect, test } from 'vitest';
import { hold } from './held-rows.ts';

/** a is the newest. */
const row = (id: string, note = '') => ({ id, note, sortAt: `2026-03-09T14:00:${99 - id.codePointAt(0)! + 97}Z` });
const shown = (held: ReturnType<typeof hold<ReturnType<typeof row>>>) =>
  held.shown.map(({ row: { id, note }, gone }) => `${id}${note}${gone ? ' gone' : ''}`);

describe('rows that are read', () => {
  test('stay in their place, with what is new of them', () => {
    const held = hold([row('b'), row('c')], [row('b', '!'), row('c')], true);
    expect(shown(held)).toEqual(['b!', 'c']);
  });

  test('are not moved by new ones, which are counted', () => {
    const held = hold([row('b'), row('d')], [row('a'), row('b'), row('c'), row('d')], true);
    expect(shown(held)).toEqual(['b', 'd']);
    expect(held.waiting).toBe(2);
  });

  test('are followed by those behind them, as of a further page', () => {
    const held = hold([row('a')], [row('a'), row('b'), row('c')], true);
    expect(shown(held)).toEqual(['a', 'b', 'c']);
    expect(held.waiting).toBe(0);
  });

  test('are still there, marked, when they are over', () => {
    expect(shown(hold([row('a'), row('b')], [row('b')], true))).toEqual(['a gone', 'b']);
  });

  test('are not called over where new ones pushed them off the page', () => {
    const held = hold([row('c'), row('d'), row('e')], [row('a'), row('b'), row('d')], false);
    expect(shown(held)).toEqual(['c gone', 'd', 'e']);
    expect(held.waiting).toBe(2);
  });

  test('come at once where nothing stood before', () => {
    expect(shown(hold([], [row('a'), row('b')], true))).toEqual(['a', 'b']);
  });
});
