import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertEvent, insertRun, insertService, insertStep } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

let api: TestApi;
const at = new Date('2026-03-01T12:00:00.000Z');
const mail = { workflowId: 'w', serviceKey: 'mail' };
const orders = { workflowId: 'w', serviceKey: 'orders' };
beforeAll(async () => {
  api = await createTestApi('on');
  const { sql } = api;
  for (const of of [orders, mail]) {
    await insertRun(sql, of, { status: 'failed', failed_at: at, error_message: 'no' });
    await insertStep(sql, of, 'pay');
    await insertService(sql, of);
  }
  await insertEvent(sql, orders, { at, type: 'workflow.started' });
  // Mail has an event that waits, orders has none.
  await insertEvent(sql, mail, { at, type: 'workflow.queued', pending: true });
}, 60_000);
afterAll(() => api.close());

test('every answer of data has it', async () => {
  const { paths } = (await api.get('/openapi.json')).body;
  const without = Object.entries<Json>(paths).flatMap(([path, { get }]) => {
    const schema = get?.responses['200'].content['application/json']?.schema;
    const has = (field: string) => schema === undefined || schema.required?.includes(field) === true;
    return path.startsWith('/v1/') && !(has('freshness') && has('asOf')) ? [path] : [];
  });
  // The one says who asks, the other is about nothing else.
  expect(without).toEqual(['/v1/session', '/v1/pipeline']);
});

test.each([
  '/v1/workflows?service=SERVICE',
  '/v1/failures?service=SERVICE',
  '/v1/failures/groups?service=SERVICE',
  '/v1/failures/workflows?service=SERVICE',
  '/v1/failures/steps?service=SERVICE',
  '/v1/quarantine?service=SERVICE',
  '/v1/active?service=SERVICE',
  '/v1/metrics?service=SERVICE',
  '/v1/services/SERVICE',
  '/v1/workflows/production/SERVICE/w',
  '/v1/workflows/production/SERVICE/w/runs',
  '/v1/workflows/production/SERVICE/w/events',
  '/v1/workflows/production/SERVICE/w/spans',
  '/v1/workflows/production/SERVICE/w/provenance',
  '/v1/workflows/production/SERVICE/w/steps/pay',
])('%s is told of the service that it asks about', async (pattern) => {
  const token = await api.createReadKey();
  const pendingOf = async (service: string) => {
    const { status, body } = await api.get(pattern.replace('SERVICE', service), token);
    expect([status, body.detail]).toEqual([200, undefined]);
    expect(body.freshness.lastArrivalAt).toBe('2026-03-01T12:00:01.000Z');
    return [body.freshness.pendingEvents, body.freshness.lagMs > 0];
  };
  expect([await pendingOf('orders'), await pendingOf('mail')]).toEqual([
    [0, false],
    [1, true],
  ]);
});

test('an export says it in its head', async () => {
  const ask = async (service: string) => {
    const headers = { authorization: `Bearer ${await api.createReadKey()}` };
    return (await api.request(`/v1/workflows/export?service=${service}`, { headers })).headers;
  };
  expect((await ask('orders')).get('x-lag-ms')).toBe('0');
  expect(Number((await ask('mail')).get('x-lag-ms'))).toBeGreaterThan(0);
  expect((await ask('mail')).get('x-as-of')).toMatch(/^\d{4}-.*Z$/);
});
