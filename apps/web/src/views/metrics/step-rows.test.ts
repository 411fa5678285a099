import type { MetricsGroup } from '@wm/client';
import { expect, test } from 'vitest';
import { stepRows } from './step-rows.ts';

function group(env: string, step: string, started: number, name = 'processOrder'): MetricsGroup {
  const total = {
    started,
    completed: started,
    failed: 0,
    cancelled: 0,
    successRate: 1,
    throughputPerMinute: 0,
    retries: 0,
    retryRate: 0,
    durationMs: null,
  };
  return { env, service: 'orders', name, step, total, open: null, histogram: null, series: null };
}

test('steps of two environments stand side by side, those with most starts first', () => {
  const rows = stepRows([
    group('production', 'Charge', 50),
    group('production', 'Pack', 30),
    group('staging', 'Pack', 40),
    group('staging', 'Charge', 5),
  ]);
  expect(rows.map(({ step, started }) => [step, started])).toEqual([
    ['Pack', 70],
    ['Charge', 55],
  ]);
  expect(rows[0]!.byEnv.get('staging')?.started).toBe(40);
});

test('a step of one environment, or of another workflow, has nothing beside it', () => {
  expect(stepRows([group('production', 'Charge', 5), group('staging', 'Charge', 5, 'refund')])).toEqual([]);
});
