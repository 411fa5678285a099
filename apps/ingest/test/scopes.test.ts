/** Every route of ingest with every kind of key. */
import { randomUUID } from 'node:crypto';
import { clientAddress, createRegistry } from '@wm/runtime';
import { createKey, FAILED_ATTEMPTS, revokeKey, rotateKey, type KeyScope, type NewKey } from '@wm/store';
import { silentLogger } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import type { AppOptions } from '../src/app.ts';
import { metric, startHarness, workflowEvent } from './harness.ts';
import type { Harness } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  // The tests' own machine as the proxy, so that each request can come from an address of its own.
  ingest = await startHarness({ auth: 'on', trustedProxies: ['127.0.0.1'] });
});
afterAll(() => ingest?.close());

/** What a route asks for: nothing, or a key of one of these scopes; `whole`: one that reaches everything. */
interface RouteCase {
  scopes: readonly KeyScope[] | 'open';
  whole?: true;
  status: number;
  body?: () => object;
}

const ROUTES: Readonly<Record<string, RouteCase>> = {
  'POST /v1/events': { scopes: ['ingest'], status: 202, body: () => ({ events: [workflowEvent()] }) },
  'GET /healthz': { scopes: 'open', status: 200 },
  'GET /readyz': { scopes: 'open', status: 200 },
  'GET /metrics': { scopes: ['metrics', 'operate'], whole: true, status: 200 },
};

test('the table has every route that the application registers, and no other', () => {
  // Only looked at: no request reaches it.
  const options = {
    registry: createRegistry('ingest'),
    logger: silentLogger(),
    door: { keys: null, addressOf: clientAddress() },
  };
  const app = createApp(options as unknown as AppOptions);
  const registered = app.routes.filter(({ method }) => method !== 'ALL');
  const names = [...new Set(registered.map(({ method, path }) => `${method} ${path}`))];
  expect(names.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
});

let asked = 0;
const ownAddress = (): string => `10.0.${(asked += 1) >> 8}.${asked & 255}`;

function send(name: string, token: string | null, address = ownAddress()): Promise<Response> {
  const [method = '', path = ''] = name.split(' ');
  const body = ROUTES[name]!.body?.();
  return fetch(ingest.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const keyOf = async (key: Omit<NewKey, 'name'>) => createKey(ingest.sql, { name: 'a', ...key });
const stored = async () => (await ingest.sql`SELECT 1 FROM workflow_events`).length;

async function badTokens(): Promise<Record<string, string | null>> {
  const good = await keyOf({ scope: 'ingest' });
  const expired = await keyOf({ scope: 'ingest', lifetimeMs: -1 });
  const revoked = await keyOf({ scope: 'ingest' });
  await revokeKey(ingest.sql, revoked.id);
  const replaced = await keyOf({ scope: 'ingest' });
  await rotateKey(ingest.sql, replaced.id, { graceMs: 0 });
  return {
    none: null,
    malformed: 'nonsense',
    'wrong secret': good.token.slice(0, -43) + (good.token.at(-43) === 'A' ? 'B' : 'A') + good.token.slice(-42),
    'made up': madeUp(),
    expired: expired.token,
    revoked: revoked.token,
    replaced: replaced.token,
  };
}

const madeUp = () => `wm_ingest_${randomUUID().replaceAll('-', '')}_${'A'.repeat(43)}`;

describe.each(Object.entries(ROUTES))('%s', (name, { scopes, whole, status }) => {
  test('answers nobody without a key that is accepted, and keeps nothing of theirs', async () => {
    const before = await stored();
    for (const [kind, token] of Object.entries(await badTokens())) {
      const response = await send(name, token);
      expect([kind, response.status]).toEqual([kind, scopes === 'open' ? status : 401]);
      expect(await response.text()).not.toContain('wm_ingest_events');
    }
    expect(await stored()).toBe(before);
  });

  const keys: Omit<NewKey, 'name'>[] = [
    ...(['ingest', 'read', 'operate', 'metrics'] as const).map((scope) => ({ scope })),
    ...(['ingest', 'read', 'operate'] as const).map((scope) => ({ scope, env: 'production' })),
    ...(['ingest', 'read', 'operate'] as const).map((scope) => ({ scope, serviceKey: 'orders' })),
  ];
  test.each(keys)('with a key of %j', async (key) => {
    const limited = key.env !== undefined || key.serviceKey !== undefined;
    const letsIn = scopes === 'open' || (scopes.includes(key.scope) && !(whole === true && limited));
    const response = await send(name, (await keyOf(key)).token);
    expect(response.status).toBe(letsIn ? status : 401);
  });
});

test('the old and the new key are taken during a rotation', async () => {
  const old = await keyOf({ scope: 'ingest' });
  const rotated = await rotateKey(ingest.sql, old.id, { graceMs: 3_600_000 });
  if (rotated.outcome !== 'rotated') throw new Error(rotated.outcome);
  for (const token of [old.token, rotated.token]) expect((await send('POST /v1/events', token)).status).toBe(202);
});

test('an address that guesses gets 401 as before, never 429, and a good key from there is taken', async () => {
  const { token } = await keyOf({ scope: 'ingest' });
  const limited = () => metric(ingest.registry, 'wm_auth_failures_total', { reason: 'limited' });
  const before = await limited();
  const address = ownAddress();
  for (let i = 0; i < FAILED_ATTEMPTS.most + 3; i += 1) {
    const response = await send('POST /v1/events', 'nonsense', address);
    expect(response.status).toBe(401);
    expect(response.headers.get('retry-after')).toBeNull();
  }
  expect((await limited()) - before).toBe(3);
  const known = await send('POST /v1/events', token);
  expect(known.status).toBe(202);
  expect((await send('POST /v1/events', token, address)).status).toBe(202);
});

test('sends headers that keep browsers careful, with errors too', async () => {
  const { token } = await keyOf({ scope: 'ingest' });
  for (const response of [await send('POST /v1/events', token), await send('POST /v1/events', null)]) {
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
