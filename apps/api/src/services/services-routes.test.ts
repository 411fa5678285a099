import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertCounts, insertEvent, insertRun, insertService } from '../../test/rows.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';
import { health } from './health.ts';

const NOON = new Date('2026-03-02T12:00:00.000Z');
const RANGE = 'since=2026-03-02T00:00:00Z&until=2026-03-03T00:00:00Z';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi('on');
  const { sql } = api;
  await insertService(sql, { serviceKey: 'orders' });
  await insertService(sql, { serviceKey: 'orders', env: 'staging' }, { last_event_at: null, last_delay_ms: null });
  await insertService(sql, { serviceKey: 'mail' });
  await insertCounts(sql, { at: NOON }, { started: 10, completed: 4, failed: 4 }, [100, 100, 100, 900]);
  await insertCounts(sql, { at: new Date('2026-03-01T12:00:00Z') }, { started: 9, completed: 9 });
  await insertCounts(sql, { at: NOON, env: 'staging' }, { started: 1 });
  await insertRun(sql, { workflowId: 'a' }, { status: 'running' });
  await insertRun(sql, { workflowId: 'b', env: 'staging' }, { status: 'queued' });
  await insertRun(sql, { workflowId: 'b', env: 'staging', run: 2 }, { status: 'paused', latest: false });
  await insertEvent(sql, { workflowId: 'c', env: 'staging' }, { at: NOON, type: 'workflow.started', pending: true });
  await sql`UPDATE pending_events SET received_at = now() - interval '1 minute'`;
}, 60_000);
afterAll(() => api.close());

const none = { running: 0, paused: 0, queued: 0, pending: 0 };

test('environments with their counts, what is open now, and how fresh it is', async () => {
  const { body } = await api.get(`/v1/environments?${RANGE}`, await api.createReadKey());
  expect(body).toMatchObject({
    environments: [
      {
        env: 'production',
        services: 2,
        started: 10,
        completed: 4,
        failed: 4,
        cancelled: 0,
        successRate: 0.5,
        open: { ...none, running: 1 },
        lastEventAt: '2026-03-01T12:00:00.000Z',
        lastArrivalAt: '2026-03-01T12:00:01.000Z',
      },
      { env: 'staging', services: 1, started: 1, successRate: null, open: { ...none, queued: 1 }, lastEventAt: null },
    ],
    range: { since: '2026-03-02T00:00:00.000Z', until: '2026-03-03T00:00:00.000Z' },
    freshness: { pendingEvents: 1, lastArrivalAt: '2026-03-01T12:00:01.000Z' },
  });
  expect(body.freshness.lagMs).toBeGreaterThanOrEqual(60_000);
});

describe('services', () => {
  test('with a breakdown by environment', async () => {
    const { body } = await api.get(`/v1/services?${RANGE}`, await api.createReadKey());
    expect(body.services.map(({ serviceKey }: { serviceKey: string }) => serviceKey)).toEqual(['mail', 'orders']);
    expect(body.services[0].environments).toMatchObject([
      { env: 'production', started: 0, health: { state: 'quiet' } },
    ]);
    expect(body.services[1].environments).toMatchObject([
      {
        env: 'production',
        started: 10,
        successRate: 0.5,
        durationMs: { samples: 4 },
        open: { ...none, running: 1 },
        health: { state: 'failing', reason: '4 of 8 failed.' },
        lastDelayMs: 1_000,
        pendingEvents: 0,
        lagMs: 0,
      },
      { env: 'staging', health: { state: 'healthy' }, lastDelayMs: null, pendingEvents: 1 },
    ]);
  });

  test('of one environment, and one by its key', async () => {
    const token = await api.createReadKey();
    const { body } = await api.get(`/v1/services?env=staging&${RANGE}`, token);
    expect(body.services).toMatchObject([{ serviceKey: 'orders', environments: [{ env: 'staging' }] }]);
    expect((await api.get(`/v1/services/mail?${RANGE}`, token)).body.service).toMatchObject({ serviceKey: 'mail' });
    expect((await api.get('/v1/services/none', token)).status).toBe(404);
  });

  test('a key sees of the lag only what concerns its services', async () => {
    const token = await api.createReadKey({ env: 'production' });
    const { body } = await api.get('/v1/services', token);
    expect(body.freshness).toMatchObject({ lagMs: 0, pendingEvents: 0 });
  });

  test('a name and a description are written, kept where not said, and taken away by null', async () => {
    const { token } = await api.createOperateKey();
    const write = (body: object) =>
      api.request('/v1/services/mail', {
        method: 'PATCH',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
    const shown = async () => {
      const { displayName, description } = (await api.get('/v1/services/mail', token)).body.service;
      return { displayName, description };
    };
    expect((await write({ displayName: ' Mail ', description: 'Sends mails' })).status).toBe(200);
    expect(await shown()).toEqual({ displayName: 'Mail', description: 'Sends mails' });
    await write({ description: null });
    expect(await shown()).toEqual({ displayName: 'Mail', description: null });
    const refused = await write({ displayName: '' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ errors: [{ in: 'body', field: 'displayName' }] });
  });

  test('a key for reading writes nothing', async () => {
    const headers = { authorization: `Bearer ${await api.createReadKey()}`, 'content-type': 'application/json' };
    const response = await api.request('/v1/services/orders', {
      method: 'PATCH',
      body: '{"description":"x"}',
      headers,
    });
    expect(response.status).toBe(403);
    expect(await api.sql`SELECT FROM services WHERE description = 'x'`).toEqual([]);
  });
});

describe('health', () => {
  const of = (started: number, completed: number, failed: number) => ({ started, completed, failed });
  test.each([
    ['nothing happened', of(0, 0, 0), of(9, 9, 0), 'quiet'],
    ['all is well', of(9, 9, 0), of(9, 9, 0), 'healthy'],
    ['one failed of two', of(2, 1, 1), of(0, 0, 0), 'healthy'],
    ['half failed', of(10, 5, 5), of(10, 5, 5), 'failing'],
    ['ten in a hundred failed, and one in a thousand before', of(100, 90, 10), of(1_000, 999, 1), 'worse'],
    ['fewer fail than before', of(1_000, 999, 1), of(100, 90, 10), 'healthy'],
  ])('%s', (_, now, before, state) => {
    expect(health(now, before).state).toBe(state);
  });
});
