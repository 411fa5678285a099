import { expect, test } from 'vitest';
import type { Service } from '@wm/client';
import { figuresByEnvironment, figuresOf, inScope, type InEnvironment } from './figures.ts';

function part(env: string, completed: number, failed: number, lastEventAt: string | null): InEnvironment {
  return {
    env,
    started: completed + failed,
    completed,
    failed,
    cancelled: 1,
    open: { running: 1, paused: 2, queued: 3, pending: 4 },
    lastEventAt,
  } as InEnvironment;
}

const shop = {
  serviceKey: 'shop',
  environments: [part('production', 9, 1, '2026-03-09T10:00:00Z'), part('staging', 0, 0, null)],
} as Service;
const mail = { serviceKey: 'mail', environments: [part('production', 0, 10, '2026-03-09T11:00:00Z')] } as Service;
const elsewhere = { serviceKey: 'elsewhere', environments: [] as InEnvironment[] } as Service;

test('Services add up in each environment, and no outcome makes no rate', () => {
  const [production, staging] = figuresByEnvironment([shop, mail]);
  expect(production).toEqual({
    env: 'production',
    figures: {
      started: 20,
      completed: 9,
      failed: 11,
      cancelled: 2,
      open: 20,
      successRate: 0.45,
      lastEventAt: '2026-03-09T11:00:00Z',
    },
  });
  expect(staging).toMatchObject({ env: 'staging', figures: { successRate: null, lastEventAt: null } });
  expect(figuresOf([])).toMatchObject({ started: 0, open: 0, successRate: null });
});

test('Services that the page is not about, or that are in none of its environments, are left out', () => {
  expect(inScope([shop, mail, elsewhere], undefined)).toEqual([shop, mail]);
  expect(inScope([shop, mail, elsewhere], ['mail'])).toEqual([mail]);
});
