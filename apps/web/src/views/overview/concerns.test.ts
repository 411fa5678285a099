import { expect, test } from 'vitest';
import type { ErrorGroup, Health, Service } from '@wm/client';
import { concernsOf, type Known } from './concerns.ts';

const newSince = Date.parse('2026-03-09T00:00:00.000Z');
const nothing: Known = {
  services: [],
  groups: { groups: [] },
  newSince,
  active: [],
  pipeline: { quarantined: 0, poisoned: 0, queue: null },
  freshness: { lagMs: 0, pendingEvents: 0 },
};

function service(serviceKey: string, states: Record<string, Health['state']>): Service {
  const environments = Object.entries(states).map(([env, state]) => ({
    env,
    health: { state, reason: `It is ${state}.` },
  }));
  return { serviceKey, displayName: null, environments } as Service;
}

test('All is well: nothing needs anybody', () => {
  expect(concernsOf({ ...nothing, services: [service('shop', { production: 'healthy', staging: 'quiet' })] })).toEqual(
    [],
  );
});

test('What is worst comes first, and production before the others', () => {
  const told = concernsOf({
    services: [
      service('mail', { staging: 'failing', production: 'failing' }),
      service('shop', { production: 'worse' }),
    ],
    groups: {
      groups: [
        { errorGroup: 'new', firstSeen: '2026-03-09T01:00:00.000Z' },
        { errorGroup: 'known', firstSeen: '2026-03-08T23:59:00.000Z' },
      ] as ErrorGroup[],
    },
    newSince,
    active: [
      { env: 'production', overdue: 2, stuck: 1 },
      { env: 'staging', overdue: 0, stuck: 0 },
    ],
    pipeline: { quarantined: 4, poisoned: 1, queue: { backend: 'redis', reachable: false, counts: null } },
    freshness: { lagMs: 9_000, pendingEvents: 70 },
  });
  expect(told.map((concern) => ('env' in concern ? `${concern.kind} ${concern.env}` : concern.kind))).toEqual([
    'failing production',
    'failing staging',
    'not read',
    'not read',
    'behind',
    'stuck production',
    'worse production',
    'new error',
    'overdue production',
    'rejected',
  ]);
});

test('What is not known yet makes no concern', () => {
  const unknown = {
    services: undefined,
    groups: undefined,
    newSince: null,
    active: undefined,
    pipeline: undefined,
    freshness: undefined,
  };
  expect(concernsOf(unknown)).toEqual([]);
});
