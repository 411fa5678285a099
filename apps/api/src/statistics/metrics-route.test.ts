import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSpans } from '@wm/store';
import { insertCounts, insertRun } from '../../test/rows.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';

const at = (time: string): Date => new Date(`2026-03-${time}:00.000Z`);
const RANGE = 'since=2026-03-01T00:00:00Z&until=2026-03-03T00:00:00Z';
/** Durations are told within 2 percent. */
const near = (ms: number) => expect.closeTo(ms, -Math.log10(ms * 0.04));

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  const { sql } = api;
  const order = { name: 'order' };
  await insertCounts(sql, { ...order, at: at('01T10:00') }, { started: 4, retries: 2 });
  await insertCounts(sql, { ...order, at: at('01T10:01') }, { completed: 3 }, [100, 100, 1_000]);
  await insertCounts(sql, { ...order, at: at('02T09:30') }, { started: 1, failed: 1, cancelled: 1 });
  await insertCounts(sql, { ...order, env: 'staging', at: at('01T10:00') }, { started: 2, completed: 2 }, [10, 10]);
  await insertCounts(sql, { name: 'mail', serviceKey: 'mail', at: at('01T23:59') }, { started: 1 });
  await insertCounts(
    sql,
    { ...order, step: 'pay', at: at('01T10:00') },
    { started: 4, completed: 3, retries: 2 },
    [50],
  );
  await insertCounts(sql, { ...order, step: 'ship', at: at('01T10:01') }, { started: 3, completed: 3 });
  // For a comparison, in a month of its own.
  const november = new Date('2025-11-01T12:00:00.000Z');
  await insertCounts(sql, { name: 'big', at: november }, { started: 200, completed: 180, failed: 20 });
  await insertCounts(sql, { name: 'big', env: 'staging', at: november }, { started: 200, completed: 100, failed: 100 });
  await insertCounts(sql, { name: 'few', at: november }, { started: 4, completed: 3, failed: 1 });
  await insertCounts(sql, { name: 'few', env: 'staging', at: november }, { started: 2, completed: 2 });
  await insertCounts(sql, { name: 'one-sided', at: november }, { started: 1, completed: 1 });
  // Outside of the range.
  await insertCounts(sql, { ...order, at: at('03T00:00') }, { started: 100 });
  await insertCounts(sql, { name: 'order', at: new Date('2026-02-28T23:59:00Z') }, { started: 100 });
  await insertRun(sql, { workflowId: 'open' }, { workflow_name: 'order', status: 'running' });
  await insertRun(sql, { workflowId: 'waits' }, { workflow_name: 'order', status: 'paused' });
}, 60_000);
afterAll(() => api.close());

describe.each(['of minutes', 'of spans'])('GET /v1/metrics %s', (from) => {
  beforeAll(async () => {
    if (from === 'of spans') while ((await makeSpans(api.sql))?.more === true);
  });

  test('everything together', async () => {
    const { status, body } = await api.get(`/v1/metrics?${RANGE}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      groups: [
        {
          env: null,
          service: null,
          name: null,
          step: null,
          total: {
            started: 8,
            completed: 5,
            failed: 1,
            cancelled: 1,
            successRate: 0.833333,
            throughputPerMinute: 0.00243056,
            retries: 2,
            retryRate: 0.25,
            durationMs: {
              samples: 5,
              mean: near(244),
              p50: near(100),
              p90: near(1_000),
              p95: near(1_000),
              p99: near(1_000),
            },
          },
          open: { running: 1, paused: 1, queued: 0, pending: 0 },
          histogram: null,
          series: null,
        },
      ],
      groupsLeftOut: 0,
      range: { since: '2026-03-01T00:00:00.000Z', until: '2026-03-03T00:00:00.000Z' },
      freshness: { lagMs: 0, pendingEvents: 0, lastArrivalAt: null, readAt: expect.stringMatching(/Z$/) },
      asOf: expect.stringMatching(/Z$/),
    });
  });

  test('by environment and name, those with most starts first', async () => {
    const { body } = await api.get(`/v1/metrics?${RANGE}&groupBy=env&groupBy=name`);
    const told = body.groups.map((group: { env: string; name: string; total: { started: number }; open: object }) => [
      group.env,
      group.name,
      group.total.started,
      group.open,
    ]);
    const none = { running: 0, paused: 0, queued: 0, pending: 0 };
    expect(told).toEqual([
      ['production', 'order', 5, { ...none, running: 1, paused: 1 }],
      ['staging', 'order', 2, none],
      ['production', 'mail', 1, none],
    ]);
  });

  test.each([
    ['env=staging', 2],
    ['service=mail', 1],
    ['service=mail&service=orders&env=production', 6],
    ['name=order', 7],
    ['name=none', undefined],
  ])('only %s', async (filter, started) => {
    const { body } = await api.get(`/v1/metrics?${RANGE}&${filter}`);
    expect(body.groups[0]?.total.started).toBe(started);
  });

  test.each([
    ['1h', '2026-03-01T10:00:00.000Z', '2026-03-02T09:00:00.000Z'],
    ['1d', '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
  ])('a series by %s', async (interval, first, second) => {
    const { body } = await api.get(`/v1/metrics?${RANGE}&interval=${interval}&env=production&name=order`);
    expect(body.groups[0].series).toMatchObject([
      { at: first, started: 4, completed: 3, failed: 0, durationMs: { samples: 3, p50: near(100) } },
      { at: second, started: 1, completed: 0, failed: 1, cancelled: 1, successRate: 0, durationMs: null },
    ]);
  });

  test('a series by minutes', async () => {
    const range = 'since=2026-03-01T09:59:30Z&until=2026-03-01T10:02:00Z';
    const { body } = await api.get(`/v1/metrics?${range}&interval=1m&env=production&name=order`);
    expect(body.groups[0].series.map((point: { at: string; started: number }) => [point.at, point.started])).toEqual([
      ['2026-03-01T10:00:00.000Z', 4],
      ['2026-03-01T10:01:00.000Z', 0],
    ]);
  });

  test('the last 24 hours of a page that asks again some minutes later', async () => {
    const range = 'since=2026-03-08T18:29:00Z&until=2026-03-09T18:35:00Z';
    expect((await api.get(`/v1/metrics?${range}&interval=30m`)).status).toBe(200);
    const longer = 'since=2026-03-08T17:29:00Z&until=2026-03-09T18:35:00Z';
    expect((await api.get(`/v1/metrics?${longer}&interval=30m`)).status).toBe(400);
  });

  test('three days by hours may begin within an hour: that hour is counted whole', async () => {
    const range = 'since=2026-03-01T10:30:00Z&until=2026-03-04T10:30:00Z';
    const { body } = await api.get(`/v1/metrics?${range}&interval=1h&groupBy=name&name=order&env=production`);
    expect(body.range).toEqual({ since: '2026-03-01T10:00:00.000Z', until: '2026-03-04T10:30:00.000Z' });
    expect(body.groups[0].series).toContainEqual(
      expect.objectContaining({ at: '2026-03-01T10:00:00.000Z', started: 4 }),
    );
  });

  test('steps have their retry rates and durations', async () => {
    const { body } = await api.get(`/v1/metrics?${RANGE}&of=steps&groupBy=step`);
    expect(body.groups).toMatchObject([
      {
        step: 'pay',
        total: { started: 4, retries: 2, retryRate: 0.5, durationMs: { samples: 1, p50: near(50) } },
        open: null,
      },
      { step: 'ship', total: { started: 3, retries: 0, retryRate: 0, durationMs: null } },
    ]);
    const one = await api.get(`/v1/metrics?${RANGE}&of=steps&step=ship`);
    expect(one.body.groups).toMatchObject([{ step: null, total: { started: 3 } }]);
  });

  test('the durations themselves', async () => {
    const { body } = await api.get(`/v1/metrics?${RANGE}&env=production&histogram=true`);
    expect(body.groups[0].histogram.map(({ count }: { count: number }) => count)).toEqual([2, 1]);
  });

  test('two environments side by side', async () => {
    const range = 'since=2025-11-01T00:00:00Z&until=2025-11-02T00:00:00Z';
    const { body } = await api.get(`/v1/metrics/compare?left=production&right=staging&${range}`);
    expect(body.comparisons.map((row: { name: string }) => row.name)).toEqual([null, 'big', 'few', 'one-sided']);
    expect(body.comparisons[1]).toMatchObject({
      service: 'orders',
      left: { successRate: 0.9 },
      right: { successRate: 0.5 },
      successRate: { difference: 0.4, samples: { left: 200, right: 200 }, moreThanNoise: true },
      durations: null,
    });
    expect(body.comparisons[2]).toMatchObject({
      left: { completed: 3, failed: 1 },
      right: { completed: 2, failed: 0 },
      successRate: { difference: -0.25, moreThanNoise: false },
    });
    expect(body.comparisons[3]).toMatchObject({ right: { started: 0, successRate: null }, successRate: null });
  });
});

describe('what cannot be answered names the parameter', () => {
  test.each([
    ['since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z', 'since'],
    ['since=2020-03-02T00:00:00Z', 'since'],
    ['groupBy=step', 'groupBy'],
    ['groupBy=colour', 'groupBy'],
    ['step=pay', 'step'],
    [`${RANGE}&interval=1m`, 'interval'],
    ['since=2025-06-01T00:00:00Z&until=2026-06-01T00:00:00Z&interval=1h', 'interval'],
    ['interval=2h', 'interval'],
    ['since=2026-02-01T00:00:00Z&until=2026-03-01T00:00:00Z&interval=6h&groupBy=name', 'interval'],
    ['of=steps&since=2026-02-26T00:00:00Z&until=2026-03-01T00:00:00Z', 'service'],
    ['colour=red', 'colour'],
  ])('%s', async (query, field) => {
    const { status, headers, body } = await api.get(`/v1/metrics?${query}`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.errors).toMatchObject([{ in: 'query', field }]);
  });
});
