/** Every route of the api with every kind of key: what it answers, that nothing beyond the key's reach shows, or changes. */
import type { KeyScope } from '@wm/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOARD, ROUTES, type RouteCase } from './routes.ts';
import {
  CELLS,
  createWorld,
  eventOf,
  markOf,
  reaches,
  startedEventOf,
  type Cell,
  type Reach,
  type World,
} from './world.ts';

const scopes: KeyScope[] = ['ingest', 'metrics', 'read', 'operate'];
/** Of keys that let nobody in here, one with a limit will do; of one for metrics there is none. */
function reachesOf(scope: KeyScope): Reach[] {
  if (scope === 'metrics') return [{}];
  if (scope === 'ingest') return [{}, { env: 'env-b' }];
  const pair = { env: 'env-b', serviceKey: 'svc-b' };
  return [{}, { env: 'env-b' }, { serviceKey: 'svc-b' }, pair, { env: 'nowhere' }];
}
const keys = scopes.flatMap((scope) => reachesOf(scope).map((reach) => ({ scope, reach })));

let world: World;
let badTokens: Awaited<ReturnType<World['badTokens']>>;
const tokens = new Map<string, string>();
beforeAll(async () => {
  world = await createWorld();
  badTokens = await world.badTokens();
  for (const { scope, reach } of keys) tokens.set(nameOf(scope, reach), await world.keyOf(scope, reach));
}, 60_000);
afterAll(() => world?.api.close());

const routes = Object.entries({ ...ROUTES, 'GET /queues/*': BOARD });
const nameOf = (scope: KeyScope, reach: Reach): string => `${scope} ${JSON.stringify(reach)}`;
const tokenOf = (scope: KeyScope, reach: Reach = {}): string => tokens.get(nameOf(scope, reach))!;

let asked = 0;
/** Each request from an address of its own, so that none is limited for the wrong keys of another. */
function send(
  { path, body, method = body === undefined ? 'GET' : 'POST' }: { path: string; method?: string; body?: object },
  token: string | null,
): Promise<Response> {
  asked += 1;
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return world.api.request(path, { ...init, headers }, `10.0.${asked >> 8}.${asked & 255}`);
}

const UNTOUCHED = { settled: false, actions: 0 };

/** Asks a route about a cell, with an open entry of that cell where it is about entries. */
async function ask(route: RouteCase, cell: Cell, token: string | null) {
  const entry = route.entries === true ? await world.newEntry(cell) : '';
  const response = await send(route.request(cell, entry, token), token);
  const state = entry === '' ? UNTOUCHED : await world.entryState(entry);
  const text = route.streams === true && response.status === 200 ? await firstMessage(response) : await response.text();
  return { status: response.status, text, state };
}

/** Of an answer that goes on until somebody leaves. */
async function firstMessage(response: Response): Promise<string> {
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

test('the table has every route that the application registers, and no other', () => {
  const registered = world.api.routes.filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/queues'));
  const names = [...new Set(registered.map(({ method, path }) => `${method} ${path}`))];
  expect(names.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
});

describe.each(routes)('%s', (_name, route) => {
  test('answers nobody without a key that is accepted, and does nothing for them', async () => {
    const bad = Object.entries({ none: null, ...badTokens });
    const answers = await Promise.all(bad.map(([, token]) => ask(route, CELLS[0]!, token)));
    answers.forEach(({ status, text, state }, nth) => {
      expect([bad[nth]![0], status]).toEqual([bad[nth]![0], route.need === 'open' ? 200 : 401]);
      expect(text).not.toMatch(/mark\(|env-|svc-/);
      expect(state).toEqual(UNTOUCHED);
    });
  });

  test.each(keys)('with a key of $scope for $reach', async ({ scope, reach }) => {
    for (const cell of CELLS) {
      const { status, text, state } = await ask(route, cell, tokenOf(scope, reach));
      expect([cell, status]).toEqual([cell, expectedStatus(route, scope, reach, cell)]);
      const isNamed = route.namesCell === true || route.namesService === true;
      expect(foreignWords(reach, isNamed).filter((word) => text.includes(word))).toEqual([]);
      const mayChange = status === 200 && route.need === 'operate' && reaches(reach, cell);
      expect(mayChange || (!state.settled && state.actions === 0)).toBe(true);
    }
  });
});

function expectedStatus(route: RouteCase, scope: KeyScope, reach: Reach, cell: Cell): number {
  const whole = reach.env === undefined && reach.serviceKey === undefined;
  const isThere =
    route.namesService === true
      ? CELLS.some((other) => other.service === cell.service && reaches(reach, other))
      : route.namesCell !== true || route.alwaysFound === true || reaches(reach, cell);
  const found = isThere ? 200 : 404;
  switch (route.need) {
    case 'open':
      return 200;
    case 'read':
      return scope === 'read' || scope === 'operate' ? found : 403;
    case 'operate':
      return scope === 'operate' ? found : 403;
    case 'operate every environment':
      if (scope === 'operate' && (reach.serviceKey ?? cell.service) !== cell.service) return 404;
      return scope === 'operate' && reach.env === undefined ? found : 403;
    case 'whole metrics':
      return whole && (scope === 'metrics' || scope === 'operate') ? 200 : 403;
    case 'whole operate':
      return whole && scope === 'operate' ? 200 : 403;
  }
}

/**
 * What no answer may say to a key of this reach: the marks of the cells beyond it, and their names too, unless the request
 * itself named them.
 */
function foreignWords(reach: Reach, requestNames: boolean): string[] {
  const beyond = CELLS.filter((cell) => !reaches(reach, cell));
  if (requestNames) return beyond.map(markOf);
  return beyond.flatMap((cell) => [
    markOf(cell),
    ...((reach.env ?? cell.env) === cell.env ? [] : [cell.env]),
    ...((reach.serviceKey ?? cell.service) === cell.service ? [] : [cell.service]),
  ]);
}

test('every route of the board wants a key for operating that reaches everything, and none changes anything', async () => {
  const board = world.api.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/queues'));
  expect(board.length).toBeGreaterThan(20);
  const operator = { authorization: `Bearer ${tokenOf('operate')}` };
  const limited = { authorization: `Bearer ${tokenOf('operate', { env: 'env-b' })}` };
  const strangers = [{}, { authorization: `Bearer ${tokenOf('read')}` }, limited];
  for (const { method, path } of board) {
    const url = path.replaceAll(/:[^/]+/g, 'x');
    const ask = async (headers: Record<string, string>) =>
      (await world.api.request(url, { method, headers }, '10.9.9.9')).status;
    expect([method, path, ...(await Promise.all(strangers.map(ask)))]).toEqual([method, path, 401, 403, 403]);
  }
  for (const { method, path } of board.filter((route) => route.method !== 'GET')) {
    const { status } = await world.api.request(
      path.replaceAll(/:[^/]+/g, 'x'),
      { method, headers: operator },
      '10.9.9.9',
    );
    expect([method, path, status]).toEqual([method, path, 405]);
  }
});

describe('what is in reach is shown', () => {
  test.each([
    'GET /v1/workflows',
    'GET /v1/workflows/export',
    'GET /v1/failures',
    'GET /v1/failures/groups',
    'GET /v1/failures/workflows',
    'GET /v1/failures/steps',
    'GET /v1/quarantine',
    'GET /v1/metrics',
    'GET /v1/active',
  ])('%s', async (name) => {
    const reach = { env: 'env-b', serviceKey: 'svc-b' };
    const response = await send(ROUTES[name]!.request(CELLS[0]!, '', null), tokenOf('read', reach));
    expect(await response.text()).toContain(markOf({ env: 'env-b', service: 'svc-b' }));
  });
});

describe('what an operator of one environment does stays there', () => {
  const inside = { env: 'env-b', service: 'svc-a' };
  const outside = { env: 'env-a', service: 'svc-a' };

  test.each(['redrive', 'discard'])('%s by a filter that means everything', async (action) => {
    const [mine, theirs] = [await world.newEntry(inside), await world.newEntry(outside)];
    const token = tokenOf('operate', { env: 'env-b' });
    const body = { filter: {}, ...(action === 'discard' && { reason: 'why' }) };
    expect((await send({ path: `/v1/quarantine/${action}`, body }, token)).status).toBe(200);
    expect(await world.entryState(mine)).toEqual({ settled: true, actions: 1 });
    expect(await world.entryState(theirs)).toEqual(UNTOUCHED);
  });

  test('by a filter that names another environment', async () => {
    const theirs = await world.newEntry(outside);
    const token = tokenOf('operate', { env: 'env-b' });
    const body = { filter: { env: 'env-a' }, reason: 'why' };
    const response = await send({ path: '/v1/quarantine/discard', body }, token);
    expect(await response.json()).toEqual({ discarded: 0, more: false });
    expect(await world.entryState(theirs)).toEqual(UNTOUCHED);
  });

  test('a mended event of another environment is not let through', async () => {
    const mine = await world.newEntry(inside);
    const event = eventOf(outside);
    const token = tokenOf('operate', { env: 'env-b' });
    const response = await send({ path: `/v1/quarantine/${mine}/redrive`, body: { event } }, token);
    expect(await response.json()).toMatchObject({ outcome: 'rejected', reason: 'out_of_scope' });
    const { workflowId } = event as { workflowId: string };
    expect(await world.api.sql`SELECT 1 FROM workflow_events WHERE workflow_id = ${workflowId}`).toHaveLength(0);
  });
});

test('parameters of a request widen no reach', async () => {
  const token = tokenOf('read', { env: 'env-b' });
  const whole = tokenOf('read');
  const cursor = async (path: string) =>
    ((await (await send({ path: `${path}?limit=1` }, whole)).json()) as { nextCursor: string }).nextCursor;
  const queries = [
    '/v1/workflows?env=env-a',
    '/v1/workflows?env=env-a&env=env-b',
    '/v1/workflows?service=svc-a&service=svc-b',
    '/v1/workflows?search=order',
    '/v1/workflows?runs=all',
    '/v1/workflows?env=env-a&env=env-b&service=svc-a&sort=finished',
    '/v1/workflows?errorGroup=abcd&runs=all',
    `/v1/workflows?search=${startedEventOf({ env: 'env-a', service: 'svc-a' })}`,
    '/v1/workflows/export?env=env-a',
    '/v1/failures?env=env-a',
    '/v1/failures/groups?env=env-a&since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z',
    '/v1/failures/steps?service=svc-a&since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z',
    `/v1/workflows?cursor=${await cursor('/v1/workflows')}`,
    '/v1/quarantine?env=env-a',
    '/v1/quarantine?state=open',
    `/v1/quarantine?cursor=${await cursor('/v1/quarantine')}`,
  ];
  for (const path of queries) {
    const text = await (await send({ path }, token)).text();
    for (const cell of CELLS.filter(({ env }) => env === 'env-a')) expect(text).not.toContain(markOf(cell));
  }
});
