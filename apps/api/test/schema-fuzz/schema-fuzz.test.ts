/**
 * Requests written from the document that the api serves, to every route, on a store with data: none is answered by a 5xx, and
 * every answer is one that the document describes. API_FUZZ_CASES: requests to each route.
 */
import { Validator } from '@seriousme/openapi-schema-validator';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertRun, insertSleep, insertStep } from '../rows.ts';
import { createWorld, markOf, startedEventOf, CELLS, STEP, WORKFLOW, type World } from '../scopes/world.ts';
import { ROUTES } from '../scopes/routes.ts';
import type { Json } from '../test-api.ts';
import { judgeBy, routesOf, type Judge, type Route } from './document.ts';
import { requestsOf, type Known } from './requests.ts';

const CASES = Number(process.env['API_FUZZ_CASES'] ?? 20);

let world: World;
let document: Json;
let judge: Judge;
let known: Known;
const cursors: string[] = [];

beforeAll(async () => {
  world = await createWorld();
  await addOdd(world);
  document = (await world.api.get('/openapi.json')).body;
  judge = judgeBy(document);
  const names = CELLS.map(markOf);
  known = {
    env: ['env-a', 'env-b', 'nowhere'],
    service: ['svc-a', 'svc-b', 'none'],
    left: ['env-a', 'env-b'],
    right: ['env-b', 'nowhere'],
    name: [...names, 'odd'],
    workflowId: [WORKFLOW, 'odd', 'paused', 'again'],
    step: [STEP, 'none'],
    errorStep: [STEP],
    error: ['mark', 'MARK', 'none'],
    errorGroup: ['abcd', 'none'],
    event: CELLS.map(startedEventOf),
    search: [WORKFLOW, ...CELLS.map(startedEventOf)],
    tag: ['mark=x', 'a.b=1', 'a\\.b=7'],
    text: ['mark', 'odd'],
    type: ['workflow.started', 'odd'],
    reason: names,
  };
}, 60_000);
afterAll(() => world?.api.close());

/** Rows at the ends of what the store can hold. */
async function addOdd({ api: { sql } }: World): Promise<void> {
  const of = { env: 'env-a', serviceKey: 'svc-a' };
  const far = new Date('9999-12-31T23:59:50.000Z');
  await insertRun(
    sql,
    { ...of, workflowId: 'odd' },
    { sort_at: far, duration_ms: Number.MAX_SAFE_INTEGER, workflow_name: 'odd', input: sql.json({ 'a.b': 7 }) },
  );
  await insertRun(
    sql,
    { ...of, workflowId: 'old' },
    { sort_at: new Date('0001-01-01T00:00:00.000Z'), duration_ms: null, gaps: ['start', 'step'] },
  );
  const paused = { status: 'paused', pause_reason: 'retry', current_step: STEP, retry_count: 3 };
  await insertRun(sql, { ...of, workflowId: 'paused' }, { ...paused, resume_at: new Date('2026-03-01T12:00:00Z') });
  await insertRun(sql, { ...of, workflowId: 'scheduled' }, { ...paused, resume_at: far });
  await insertRun(sql, { ...of, workflowId: 'again', run: 1 }, { latest: false, status: 'running', gaps: ['end'] });
  await insertRun(
    sql,
    { ...of, workflowId: 'again', run: 2 },
    { status: 'cancelled', cancelled_at: far, cancel_reason: '' },
  );
  await insertStep(sql, { ...of, workflowId: 'paused' }, STEP, {
    status: 'retrying',
    next_retry_at: far,
    max_attempts: 5,
  });
  await insertSleep(sql, { ...of, workflowId: 'odd' }, far, { resume_at: null });
}

test('the document is one of OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors ?? []).toEqual([]);
  expect([valid, document.openapi]).toEqual([true, '3.1.0']);
});

test('the document has every route that is asked for under /v1', () => {
  const described = routesOf(document).map(({ name }) => name);
  const registered = Object.keys(ROUTES).filter((name) => name.includes(' /v1/'));
  expect(described.toSorted()).toEqual(registered.map((name) => name.replaceAll(/:(\w+)/g, '{$1}')).toSorted());
});

const sent = { requests: 0, through: 0 };

// By the names of the table of scopes, which the test above holds against the document.
test.each(Object.keys(ROUTES).filter((name) => name.includes(' /v1/')))(
  '%s',
  async (name) => {
    const route = routesOf(document).find((each) => each.name === name.replaceAll(/:(\w+)/g, '{$1}'))!;
    const there = await knownTo(route);
    // A key for each route, because one is let in a thousand times a second; and an address, because wrong keys are counted by it.
    const address = `10.0.0.${Object.keys(ROUTES).indexOf(name)}`;
    const token = await world.keyOf('operate');
    const send = async (path: string, init: RequestInit): Promise<number> => {
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
      const response = await world.api.request(path, { ...init, headers }, address);
      await gatherCursor(response);
      const wrong = await judge(route, response);
      if (wrong !== null) throw new Error(`${init.method} ${path} ${JSON.stringify(init.body ?? '')}\n${wrong}`);
      return response.status;
    };
    const sound = ROUTES[name]!.request(CELLS[0]!, await world.newEntry(CELLS[0]!), token);
    const { path, body, method = body === undefined ? 'GET' : 'POST' } = sound;
    const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    expect(await send(path, { method, ...(body !== undefined && json) })).toBeLessThan(300);
    await fc.assert(
      fc.asyncProperty(requestsOf(route, there, cursors), async (request) => {
        const status = await send(request.path, request.init);
        sent.requests += 1;
        if (status === 200) sent.through += 1;
      }),
      { numRuns: CASES },
    );
  },
  600_000,
);

test('many of them were let through, and many were refused', () => {
  expect(sent.through).toBeGreaterThan(sent.requests / 10);
  expect(sent.requests - sent.through).toBeGreaterThan(sent.requests / 10);
});

async function knownTo({ path }: Route): Promise<Known> {
  // Entries that nobody has decided about yet.
  if (path.includes('{id}')) return { ...known, id: await Promise.all(CELLS.map(world.newEntry)) };
  // An event belongs to one workflow: drawn by themselves the two would seldom meet.
  if (!path.endsWith('/state')) return known;
  const { env, service } = CELLS[0]!;
  return { ...known, env: [env], service: [service], workflowId: [WORKFLOW], event: [startedEventOf(CELLS[0]!)] };
}

async function gatherCursor(response: Response): Promise<void> {
  if (response.headers.get('content-type') !== 'application/json' || cursors.length > 200) return;
  const { nextCursor } = (await response.clone().json()) as { nextCursor?: string | null };
  if (typeof nextCursor === 'string') cursors.push(nextCursor);
}
