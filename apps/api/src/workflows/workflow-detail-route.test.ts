import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idOf, insertAttempt, insertRun, insertSleep, insertStep } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';
import { workflowSchema } from './schemas.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1_000);
const shop = { workflowId: 'abc' };

describe('a workflow in detail', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    const { sql } = api;
    await insertRun(
      sql,
      { ...shop, run: 1 },
      { latest: false, sort_at: at(0), status: 'paused', gaps: ['end'], resume_at: at(1) },
    );
    await insertRun(
      sql,
      { ...shop, run: 2 },
      {
        sort_at: at(100),
        status: 'failed',
        failed_at: at(109),
        duration_ms: 9_007_199_254_740_991,
        sleeping_ms: 2_592_000_000,
        execution_id: 'order-7',
        input: sql.json({ amount: 12, nothing: null }),
        completed_steps: ['charge'],
        completed_step_count: 1,
        error_message: 'no card',
        error_stack: 'at pay',
        error_step_name: 'pay',
        error_attempt: 2,
        error_step_inferred: true,
        gaps: ['step'],
      },
    );
    await insertStep(sql, { ...shop, run: 2 }, 'charge', { execution_order: 1, result_event_id: idOf('r') });
    await sql`UPDATE workflow_steps SET result = 'null' WHERE step_name = 'charge'`;
    await insertStep(sql, { ...shop, run: 2 }, 'a/b ?#%2F', {
      execution_order: 2,
      status: 'failed',
      current_attempt: 2,
      retry_count: 1,
    });
    await insertAttempt(sql, { ...shop, run: 2 }, 'a/b ?#%2F', 2, {
      result: 'failure',
      error_message: 'second',
      started_at: at(105),
    });
    await insertAttempt(sql, { ...shop, run: 2 }, 'a/b ?#%2F', 1, {
      result: 'failure',
      error_message: 'first',
      retry_scheduled: true,
    });
    await insertAttempt(sql, { ...shop, run: 2 }, 'charge', 1);
    await insertAttempt(sql, { ...shop, run: 1 }, 'charge', 1);
    await insertSleep(sql, { ...shop, run: 2 }, at(103), {
      duration_ms: 2_592_000_000,
      completed: true,
      end_reason: 'completed',
    });
    await insertSleep(sql, { ...shop, run: 2 }, at(101));
  }, 60_000);
  afterAll(() => api.close());

  test('shows the newest run with its parts in order', async () => {
    const { status, body } = await api.get('/v1/workflows/production/orders/abc');
    expect(status).toBe(200);
    expect(workflowSchema.strict().parse(body.workflow)).toEqual(body.workflow);
    expect(body.workflow).toMatchObject({
      run: 2,
      status: 'failed',
      executionId: 'order-7',
      input: { amount: 12, nothing: null },
      hasInput: true,
      output: null,
      hasOutput: false,
      durationMs: 9_007_199_254_740_991,
      sleepingMs: 2_592_000_000,
      failedAt: '2026-03-01T12:01:49.000Z',
      errorMessage: 'no card',
      errorStepName: 'pay',
      errorStepInferred: true,
      certainty: { start: 'observed', end: 'observed', errorStep: 'inferred' },
      activityState: null,
    });
    expect(body.workflow).not.toHaveProperty('foldState');
    expect(
      body.steps.map((step: Json) => [step.stepName, step.attempts.map((attempt: Json) => attempt.attemptNumber)]),
    ).toEqual([
      ['charge', [1]],
      ['a/b ?#%2F', [1, 2]],
    ]);
    expect(body.steps[0]).toMatchObject({ result: null, hasResult: true, resultEventId: idOf('r') });
    expect(body.steps[1]).toMatchObject({ hasResult: false, resultEventId: null });
    expect(body.steps[1].attempts[0]).toMatchObject({ errorMessage: 'first', retryScheduled: true, startedAt: null });
    expect(body.sleeps.map((sleep: Json) => [sleep.startedAt, sleep.durationMs])).toEqual([
      ['2026-03-01T12:01:41.000Z', null],
      ['2026-03-01T12:01:43.000Z', 2_592_000_000],
    ]);
    expect(body.runs.map((run: Json) => [run.run, run.status, run.startedAt])).toEqual([
      [2, 'failed', '2026-03-01T12:01:40.000Z'],
      [1, 'paused', '2026-03-01T12:00:00.000Z'],
    ]);
  });

  test('shows an earlier run, which is no longer active', async () => {
    const { body } = await api.get('/v1/workflows/production/orders/abc?run=1');
    expect(body.workflow).toMatchObject({ run: 1, latest: false, activityState: null, certainty: { end: 'missing' } });
    expect(body.steps).toEqual([]);
    expect(body.runs).toHaveLength(2);
  });

  test('shows a step, whatever its name', async () => {
    const { status, body } = await api.get(
      `/v1/workflows/production/orders/abc/steps/${encodeURIComponent('a/b ?#%2F')}`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      run: 2,
      step: { stepName: 'a/b ?#%2F', attempts: [{ attemptNumber: 1 }, { attemptNumber: 2 }] },
    });
  });

  test('pages through the runs, newest first', async () => {
    const first = await api.get('/v1/workflows/production/orders/abc/runs?limit=1');
    const second = await api.get(`/v1/workflows/production/orders/abc/runs?limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.runs[0].run, second.body.runs[0].run, second.body.nextCursor]).toEqual([2, 1, null]);
  });

  test.each([
    '/v1/workflows/production/orders/nobody',
    '/v1/workflows/staging/orders/abc',
    '/v1/workflows/production/orders/abc?run=3',
    '/v1/workflows/production/orders/abc/steps/none',
    '/v1/workflows/production/orders/abc/steps/charge?run=3',
    '/v1/workflows/production/orders/nobody/steps/charge',
    '/v1/workflows/production/orders/nobody/events',
    '/v1/workflows/production/orders/abc/events?run=3',
    '/v1/workflows/production/orders/nobody/runs',
    '/v1/workflows/production/orders',
    '/nothing',
  ])('answers 404 to %s', async (path) => {
    const { status, headers, body } = await api.get(path);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status: 404, title: 'Not Found' });
  });

  test.each([
    ['/v1/workflows/production/orders/abc?run=0', 'query', 'run'],
    ['/v1/workflows/production/orders/abc?run=1e99', 'query', 'run'],
    ['/v1/workflows/production/orders/a%00c', 'path', 'workflowId'],
    [`/v1/workflows/production/orders/${'x'.repeat(513)}`, 'path', 'workflowId'],
    ['/v1/workflows/production/orders/abc/runs?cursor=x', 'query', 'cursor'],
    ['/v1/workflows/production/orders/abc/events?limit=1.5', 'query', 'limit'],
    ['/v1/workflows/production/orders/abc/steps/%00', 'path', 'step'],
    ['/v1/pipeline?now=1', 'query', 'now'],
  ])('answers 400 to %s and names the field', async (path, place, field) => {
    const { status, body } = await api.get(path);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ in: place, field, message: expect.any(String) }]);
  });
});

describe('an id of any characters', () => {
  let api: TestApi;
  const parts = [
    'a/b',
    'ü 漢字 👩‍👩‍👧',
    '%2F',
    '100%',
    'events',
    '?x=1&y',
    '#',
    '..%2f..',
    '\u0001\t\n',
    '+',
    'é',
    '"quotes"\\',
    ':workflowId',
    '*',
    '{env}',
    'ß'.repeat(256),
  ];

  beforeAll(async () => {
    api = await createTestApi();
    for (const part of parts) {
      await insertRun(api.sql, { env: part, serviceKey: part, workflowId: part });
      await insertStep(api.sql, { env: part, serviceKey: part, workflowId: part }, part);
    }
  }, 60_000);
  afterAll(() => api.close());

  test.each(parts)('finds %j', async (part) => {
    const encoded = encodeURIComponent(part);
    const path = `/v1/workflows/${encoded}/${encoded}/${encoded}`;
    const [detail, step, runs, list, search] = await Promise.all([
      api.get(path),
      api.get(`${path}/steps/${encoded}`),
      api.get(`${path}/runs`),
      api.get(`/v1/workflows?env=${encoded}&service=${encoded}`),
      api.get(`/v1/workflows?search=${encoded}&env=${encoded}`),
    ]);
    expect(detail.body.workflow).toMatchObject({ env: part, serviceKey: part, workflowId: part });
    expect(step.body.step.stepName).toBe(part);
    expect(runs.body.runs).toHaveLength(1);
    expect(list.body.workflows).toHaveLength(1);
    expect(search.body.workflows).toHaveLength(1);
  });
});
