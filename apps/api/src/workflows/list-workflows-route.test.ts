import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idOf, insertRun } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1_000);

describe('GET /v1/workflows', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    const { sql } = api;
    await insertRun(sql, { workflowId: 'aa11' }, { sort_at: at(1), execution_id: 'order-1' });
    await insertRun(
      sql,
      { workflowId: 'aa22', serviceKey: 'mail' },
      { sort_at: at(2), execution_id: 'order-12', workflow_name: 'send' },
    );
    await insertRun(
      sql,
      { workflowId: 'bb33', env: 'staging' },
      { sort_at: at(3), status: 'failed', failed_at: at(4), error_message: 'x'.repeat(2_000) },
    );
    await insertRun(sql, { workflowId: 'bb44' }, { sort_at: at(4), status: 'running' });
    await insertRun(
      sql,
      { workflowId: 'cc55', run: 1 },
      { sort_at: at(5), latest: false, status: 'cancelled', cancelled_at: at(6) },
    );
    await insertRun(
      sql,
      { workflowId: 'cc55', run: 2 },
      { sort_at: at(6), status: 'queued', started_at: null, queued_at: at(6) },
    );
    await insertRun(
      sql,
      { workflowId: '100%_\\' },
      { sort_at: at(7), status: 'paused', resume_at: at(8), pause_reason: 'sleep' },
    );
  }, 60_000);
  afterAll(() => api.close());

  const list = async (query: string) => {
    const { status, body } = await api.get(`/v1/workflows${query}`);
    expect([status, body.detail]).toEqual([200, undefined]);
    return (body.workflows as { workflowId: string; run: number }[]).map(({ workflowId, run }) =>
      run === 1 ? workflowId : `${workflowId}/${run}`,
    );
  };

  test.each([
    ['', ['100%_\\', 'cc55/2', 'bb44', 'bb33', 'aa22', 'aa11']],
    ['?runs=all', ['100%_\\', 'cc55/2', 'cc55', 'bb44', 'bb33', 'aa22', 'aa11']],
    ['?env=staging', ['bb33']],
    ['?env=nowhere', []],
    ['?service=mail', ['aa22']],
    ['?service=mail&service=orders&env=production&limit=2', ['100%_\\', 'cc55/2']],
    ['?status=failed', ['bb33']],
    ['?status=completed', ['aa22', 'aa11']],
    ['?status=failed&status=running&status=queued', ['cc55/2', 'bb44', 'bb33']],
    ['?status=cancelled', []],
    ['?status=cancelled&runs=all', ['cc55']],
    ['?status=pending', []],
    ['?name=send', ['aa22']],
    ['?since=2026-03-01T12:00:03.000Z&until=2026-03-01T12:00:06Z', ['bb44', 'bb33']],
    ['?since=2026-03-01T13:00:07%2B01:00', ['100%_\\']],
    ['?search=aa', ['aa22', 'aa11']],
    ['?search=aa11', ['aa11']],
    ['?search=order-1', ['aa22', 'aa11']],
    ['?search=order-12', ['aa22']],
    ['?search=100%25_', ['100%_\\']],
    ['?search=100%25_%5C', ['100%_\\']],
    ['?search=%25', []],
    ['?search=_', []],
    ['?search=aa&env=production&status=completed&name=processOrder', ['aa11']],
  ])('lists %s', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test('shows a run with what follows from it', async () => {
    const { body } = await api.get('/v1/workflows?env=staging');
    expect(body.workflows[0]).toMatchObject({
      env: 'staging',
      serviceKey: 'orders',
      workflowId: 'bb33',
      run: 1,
      latest: true,
      status: 'failed',
      activityState: null,
      startedAt: '2026-03-01T12:00:03.000Z',
      failedAt: '2026-03-01T12:00:04.000Z',
      durationMs: null,
      certainty: { start: 'observed', end: 'observed', errorStep: null },
    });
    expect(body.workflows[0].errorMessage).toHaveLength(500);
    expect(body.nextCursor).toBeNull();
    expect(body.asOf).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=ten', 'limit'],
    ['?status=happy', 'status'],
    ['?status=failed&status=happy', 'status'],
    ['?since=yesterday', 'since'],
    ['?until=2026-03-01', 'until'],
    ['?cursor=abc', 'cursor'],
    [`?cursor=${Buffer.from('[1e300,"x"]').toString('base64url')}`, 'cursor'],
    [`?cursor=${Buffer.from(JSON.stringify([8.64e15, idOf('x'), 1])).toString('base64url')}`, 'cursor'],
    ['?env=', 'env'],
    ['?env=a&env=b', 'env'],
    ['?search=%00', 'search'],
    [`?search=${'x'.repeat(513)}`, 'search'],
    ['?runs=some', 'runs'],
    ['?staus=failed', 'staus'],
  ])('refuses %s and names the field', async (query, field) => {
    const { status, headers, body } = await api.get(`/v1/workflows${query}`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
    expect(body.errors).toEqual([{ in: 'query', field, message: expect.any(String) }]);
    expect(body.detail).toContain(field);
  });

  test('reads times at the ends of what can be written', async () => {
    const extreme = Buffer.from(JSON.stringify([253402300799999, idOf('x')])).toString('base64url');
    expect(await list(`?cursor=${extreme}&limit=1`)).toEqual(['100%_\\']);
    expect(await list('?since=9999-12-31T23:59:59.999Z')).toEqual([]);
    expect(await list('?until=0001-01-01T00:00:00.000Z')).toEqual([]);
  });
});

describe('pages of GET /v1/workflows', () => {
  let api: TestApi;
  const expected: string[] = [];

  beforeAll(async () => {
    api = await createTestApi();
    // Three environments, and most rows at the same instant.
    for (let index = 0; index < 40; index += 1) {
      const env = ['production', 'staging', 'dev'][index % 3]!;
      expected.push(
        await insertRun(
          api.sql,
          { env, workflowId: `w${index}` },
          { sort_at: at(index < 30 ? 0 : index % 2), latest: index % 5 > 0 },
        ),
      );
    }
  }, 60_000);
  afterAll(() => api.close());

  test.each([
    ['', 1],
    ['runs=all', 1],
    ['runs=all', 7],
    ['runs=all', 40],
    ['runs=all', 41],
    ['env=staging', 3],
    ['env=staging&runs=all', 3],
  ])('%s by %i shows every row once, in order', async (query, limit) => {
    const whole = await api.get(`/v1/workflows?${query}&limit=200`);
    const paged: { id: string; sortAt: string }[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: Json } = await api.get(
        `/v1/workflows?${query}&limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.body.workflows.length).toBeLessThanOrEqual(limit);
      paged.push(...page.body.workflows);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(paged.map((row) => row.id)).toEqual(whole.body.workflows.map((row: { id: string }) => row.id));
    expect(new Set(paged.map((row) => row.id)).size).toBe(paged.length);
    const sorted = paged.toSorted((a, b) =>
      a.sortAt === b.sortAt ? (a.id < b.id ? 1 : -1) : a.sortAt < b.sortAt ? 1 : -1,
    );
    expect(paged).toEqual(sorted);
  });

  test('all runs are all there are', async () => {
    const { body } = await api.get('/v1/workflows?runs=all&limit=200');
    expect(body.workflows.map((row: Json) => row.id).toSorted()).toEqual(expected.toSorted());
  });

  test('rows that arrive meanwhile neither repeat nor hide others', async () => {
    const first = await api.get('/v1/workflows?runs=all&limit=20');
    await insertRun(api.sql, { workflowId: 'new' }, { sort_at: at(100) });
    const second = await api.get(`/v1/workflows?runs=all&limit=200&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.workflows, ...second.body.workflows].map((row: { id: string }) => row.id);
    expect(ids.toSorted()).toEqual(expected.toSorted());
  });
});
