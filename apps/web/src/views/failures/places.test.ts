import { expect, test } from 'vitest';
import type { WorkflowListItem } from '@wm/client';
import { placesOf } from './places.ts';

function failure(env: string, errorStepName: string | null, failedAt: string): WorkflowListItem {
  return { env, serviceKey: 'shop', workflowName: 'order', errorStepName, failedAt } as WorkflowListItem;
}

test('Failures are counted by place, with the newest of each', () => {
  const places = placesOf([
    failure('staging', null, '2026-03-09T12:00:00.000Z'),
    failure('production', 'charge', '2026-03-09T11:00:00.000Z'),
    failure('production', 'charge', '2026-03-09T10:00:00.000Z'),
  ]);
  expect(places.map(({ env, step, count, lastAt }) => [env, step, count, lastAt])).toEqual([
    ['production', 'charge', 2, '2026-03-09T11:00:00.000Z'],
    ['staging', null, 1, '2026-03-09T12:00:00.000Z'],
  ]);
});
