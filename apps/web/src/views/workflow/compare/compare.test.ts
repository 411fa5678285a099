import { expect, test } from 'vitest';
import type { Step } from '@wm/client';
import { alignSteps, differences } from './align.ts';
import { nearest, readWith } from './other-run.ts';
import { shapeDifferences } from './shape.ts';

function step(stepName: string, parts: Partial<Step> = {}): Step {
  return { stepName, status: 'completed', retryCount: 0, totalDurationMs: 100, ...parts } as Step;
}

const named = (names: string): Step[] => names.split('').map((name) => step(name));

test('steps of two runs stand side by side in the order of their paths', () => {
  const rows = alignSteps(named('abcx'), named('acyd'));
  expect(rows.map(({ name, left, right }) => [name, left !== null, right !== null])).toEqual([
    ['a', true, true],
    ['b', true, false],
    ['c', true, true],
    ['x', true, false],
    ['y', false, true],
    ['d', false, true],
  ]);
});

test('a step that comes elsewhere is one row, and says so', () => {
  const rows = alignSteps(named('abcd'), named('bcda'));
  expect(rows).toHaveLength(4);
  expect(rows.filter(({ moved }) => moved).map(({ name }) => name)).toEqual(['a']);
});

test('what differs in a step is told, and small differences are not', () => {
  const of = (left: Step, right: Step) => differences({ name: 'a', left, right, moved: false });
  expect(of(step('a'), step('a', { totalDurationMs: 150 }))).toEqual([]);
  expect(of(step('a', { totalDurationMs: 1_000, retryCount: 2 }), step('a'))).toEqual([
    '2 retries more',
    'slower 10 times',
  ]);
  expect(of(step('a', { status: 'failed' }), step('a'))).toEqual(['failed, there completed']);
});

test('inputs differ by names and kinds, told once for what lies within', () => {
  const left = { customer: { id: 1, vip: true }, items: [{ sku: 'a' }, { sku: 2 }] };
  const right = { items: [{ sku: 'b' }], coupon: null };
  expect(shapeDifferences(left, right)).toEqual([
    { path: 'coupon', left: null, right: 'null' },
    { path: 'customer', left: 'object', right: null },
    { path: 'items[].sku', left: 'number or string', right: 'string' },
  ]);
  expect(shapeDifferences(left, { ...left, customer: { id: 9, vip: false } })).toEqual([]);
});

test('the nearest run is the one that began least time before or after', () => {
  const run = (id: string, sortAt: string) => ({ id, sortAt });
  const own = run('own', '2026-11-23T10:00:00Z');
  const others = [run('early', '2026-11-23T09:00:00Z'), run('late', '2026-11-23T10:30:00Z'), own];
  expect(nearest(own, others)?.id).toBe('late');
  expect(nearest(own, [own])).toBeNull();
});

test('an address names another run whatever its id is made of, and a broken one names none', () => {
  expect(readWith('production/orders/a%2Fb%20c/2')).toEqual({
    path: { env: 'production', service: 'orders', workflowId: 'a/b c' },
    run: 2,
  });
  expect(readWith('production/orders')).toBeNull();
  expect(readWith('a/b/%E0%A4%A/1')).toBeNull();
  expect(readWith(undefined)).toBeNull();
});
