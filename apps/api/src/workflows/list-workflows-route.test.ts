import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idOf, insertEvent, insertRun, insertStep } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1_000);

const cursorOf = (values: unknown) =>
  `?cursor=${Buffer.from(typeof values === 'string' ? values : JSON.stringify(values)).toString('base64url')}`;

describe('GET /v1/workflows', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    const { sql } = api;
    await insertRun(
      sql,
      { workflowId: 'aa11' },
      {
        sort_at: at(1),
        execution_id: 'order-1',
        duration_ms: 5_000,
        retry_count: 2,
        input: sql.json({ customer: { region: 'eu', 'a.b': 7 } }),
      },
    );
    await insertRun(
      sql,
      { workflowId: 'aa22', serviceKey: 'mail' },
      { sort_at: at(2), execution_id: 'order-12', workflow_name: 'send' },
    );
    await insertRun(
      sql,
      { workflowId: 'bb33', env: 'staging' },
      {
        sort_at: at(3),
        status: 'failed',
        failed_at: at(4),
        error_message: `Card ${'x'.repeat(2_000)}`,
        error_group: 'abcd',
        error_step_name: 'pay',
        duration_ms: 900,
      },
    );
    await insertStep(sql, { workflowId: 'bb33', env: 'staging' }, 'pay');
    await insertRun(
      sql,
      { workflowId: 'bb44' },
      { sort_at: at(4), status: 'running', gaps: ['start'], retry_count: 1 },
    );
    await insertEvent(
      sql,
      { workflowId: 'bb44' },
      { at: at(4), type: 'step.started', id: '0190a1b2-c3d4-7e5f-8000-000000000001' },
    );
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
    ['?env=staging&env=nowhere', ['bb33']],
    ['?name=send&name=other', ['aa22']],
    ['?finishedSince=2026-03-01T12:00:03Z', ['bb33', 'aa22']],
    ['?finishedUntil=2026-03-01T12:00:03Z', ['aa11']],
    ['?minDurationMs=1000', ['aa22', 'aa11']],
    ['?maxDurationMs=1000', ['bb33', 'aa22']],
    ['?error=card', ['bb33']],
    ['?error=%25', []],
    ['?errorGroup=abcd', ['bb33']],
    ['?errorStep=pay', ['bb33']],
    ['?step=pay', ['bb33']],
    ['?tag=customer.region=eu', ['aa11']],
    ['?tag=customer.region=eu&tag=customer.a%5C.b=7', ['aa11']],
    ['?tag=customer.region=eu&tag=customer.a%5C.b=8', []],
    ['?hasRetries=true', ['bb44', 'aa11']],
    ['?hasRetries=false&status=completed', ['aa22']],
    ['?hasGaps=true', ['bb44']],
    ['?overdue=true', ['100%_\\']],
    ['?overdue=false&status=paused', []],
    ['?search=0190a1b2-c3d4-7e5f-8000-000000000001', ['bb44']],
    ['?search=0190A1B2-C3D4', ['bb44']],
    ['?search=0190a1b2-c3d', []],
    ['?order=asc', ['aa11', 'aa22', 'bb33', 'bb44', 'cc55/2', '100%_\\']],
    ['?sort=finished', ['bb33', 'aa22', 'aa11', '100%_\\', 'cc55/2', 'bb44']],
    ['?sort=duration', ['aa11', 'aa22', 'bb33', '100%_\\', 'cc55/2', 'bb44']],
    ['?sort=duration&order=asc', ['bb33', 'aa22', 'aa11', 'bb44', 'cc55/2', '100%_\\']],
    ['?sort=retries', ['aa11', 'bb44', '100%_\\', 'cc55/2', 'bb33', 'aa22']],
    ['?sort=retries&order=asc', ['aa22', 'bb33', 'cc55/2', '100%_\\', 'bb44', 'aa11']],
    ['?sort=updated', ['100%_\\', 'cc55/2', 'bb44', 'bb33', 'aa22', 'aa11']],
    ['?search=aa&env=production&status=completed&name=processOrder', ['aa11']],
  ])('lists %s', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test.each([
    ['', { count: 6, exact: true }],
    ['?limit=2', { count: 6, exact: true }],
    ['?limit=1&status=completed', { count: 2, exact: true }],
    ['?env=nowhere', { count: 0, exact: true }],
    ['?error=none&limit=1', { count: 0, exact: true }],
  ])('says how many there are: %s', async (query, total) => {
    const { body } = await api.get(`/v1/workflows${query}`);
    expect([body.total, body.complete]).toEqual([total, true]);
  });

  test('says so on the first page only', async () => {
    const { body } = await api.get('/v1/workflows?limit=2');
    const next = await api.get(`/v1/workflows?limit=2&cursor=${body.nextCursor}`);
    expect(next.body.total).toBeNull();
  });

  test('refuses a search that fits too many events', async () => {
    await api.sql`
      INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload, source)
      SELECT ('0190a1b3-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 't', 'w', 'w', 'elsewhere', 's', ${at(0)}, '{}', 'workflow'
      FROM generate_series(1, 1001) AS n`;
    const wide = await api.get('/v1/workflows?search=0190a1b3-0000');
    expect([wide.status, wide.body.errors[0].field]).toEqual([400, 'search']);
    expect(await list('?search=0190a1b3-0000-7000-8000-0000000000')).toEqual([]);
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
      durationMs: 900,
      certainty: { start: 'observed', end: 'observed', errorStep: 'observed' },
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
    [cursorOf('[1e300,"x"]'), 'cursor'],
    [cursorOf(['started', 'desc', 0, idOf('x')]), 'cursor'],
    [cursorOf(['started', 'desc', 1, idOf('x'), '2026-03-01T12:00:00.000000Z']), 'cursor'],
    [cursorOf(['started', 'desc', 0, idOf('x'), 7]), 'cursor'],
    [cursorOf(['started', 'desc', 0, idOf('x'), '2026-02-31T12:00:00.000000Z']), 'cursor'],
    [cursorOf(['started', 'desc', 0, idOf('x'), '0000-01-01T12:00:00.000000Z']), 'cursor'],
    [cursorOf(['started', 'desc', 0, "x'", '2026-03-01T12:00:00.000000Z']), 'cursor'],
    [`${cursorOf(['started', 'desc', 0, idOf('x'), '2026-03-01T12:00:00.000000Z'])}&order=asc`, 'cursor'],
    [`${cursorOf(['duration', 'desc', 0, idOf('x'), 7])}&sort=retries`, 'cursor'],
    ['?env=', 'env'],
    [`?${Array.from({ length: 51 }, (_, nth) => `env=${nth}`).join('&')}`, 'env'],
    ['?sort=name', 'sort'],
    ['?order=up', 'order'],
    ['?minDurationMs=-1', 'minDurationMs'],
    ['?maxDurationMs=1.5', 'maxDurationMs'],
    ['?finishedSince=never', 'finishedSince'],
    ['?tag=region', 'tag'],
    ['?tag=a..b=1', 'tag'],
    ['?tag=%00=1', 'tag'],
    ['?tag=a=1&tag=b=1&tag=c=1&tag=d=1&tag=e=1&tag=f=1', 'tag'],
    ['?hasRetries=yes', 'hasRetries'],
    ['?overdue=', 'overdue'],
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
    expect(await list(`${cursorOf(['started', 'desc', 0, idOf('x'), '9999-12-31T23:59:59.999999Z'])}&limit=1`)).toEqual(
      ['100%_\\'],
    );
    expect(await list(cursorOf(['started', 'desc', 0, idOf('x'), '0001-01-01T00:00:00.000000Z']))).toEqual([]);
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
