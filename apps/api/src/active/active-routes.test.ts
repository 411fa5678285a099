import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertCounts, insertRun } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const MINUTE = 60_000;
const now = Date.now();
const ago = (ms: number): Date => new Date(now - ms);

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  const { sql } = api;
  // Of thirty orders none took longer than two minutes, nor their payment longer than a second; of mails only two are known.
  const yesterday = ago(24 * 60 * MINUTE);
  await insertCounts(
    sql,
    { at: yesterday },
    { started: 30, completed: 30 },
    Array.from({ length: 30 }, () => 2 * MINUTE),
  );
  const pay = { at: yesterday, step: 'pay' };
  await insertCounts(
    sql,
    pay,
    { started: 45, completed: 45 },
    Array.from({ length: 30 }, () => 1_000),
  );
  await insertCounts(sql, { at: yesterday, name: 'mail' }, { started: 2, completed: 2 }, [1, 1]);

  const running = (last: number, columns = {}) => ({ status: 'running', last_event_at: ago(last), ...columns });
  const paused = (resumeIn: number, columns = {}) => ({
    status: 'paused',
    pause_reason: 'sleep',
    resume_at: ago(-resumeIn),
    ...columns,
  });
  const runs: [string, object, string?][] = [
    ['busy', running(30_000)],
    ['quiet, but no longer than others', running(100_000)],
    ['silent', running(10 * MINUTE)],
    ['silent in a short step', running(90_000, { current_step: 'pay' })],
    ['silent, of a name that few know', running(60 * MINUTE, { workflow_name: 'mail' })],
    ['sleeps', paused(30 * MINUTE)],
    ['waits for a retry', paused(30 * MINUTE, { pause_reason: 'retry' })],
    ['a moment late', paused(-5_000)],
    ['late', paused(-MINUTE)],
    ['long late', paused(-10 * MINUTE)],
    ['elsewhere', paused(90 * MINUTE), 'staging'],
    ['queued', { status: 'queued' }],
    ['done', {}],
    ['followed by another', running(10 * MINUTE, { latest: false, gaps: ['end'] })],
  ];
  for (const [index, [workflowId, columns, env]] of runs.entries())
    await insertRun(sql, { workflowId, ...(env && { env }) }, { ...columns, sort_at: ago(index * 1_000) });
}, 60_000);
afterAll(() => api.close());

const told = (body: Json) =>
  body.active.map((run: { workflowId: string; activityState: string }) => [run.workflowId, run.activityState]);

describe('GET /v1/active', () => {
  test('what each does, newest first', async () => {
    const { status, body } = await api.get('/v1/active');
    expect(status).toBe(200);
    expect(told(body)).toEqual([
      ['busy', 'active'],
      ['quiet, but no longer than others', 'active'],
      ['silent', 'stuck'],
      ['silent in a short step', 'stuck'],
      ['silent, of a name that few know', 'active'],
      ['sleeps', 'scheduled'],
      ['waits for a retry', 'scheduled'],
      ['a moment late', 'scheduled'],
      ['late', 'overdue'],
      ['long late', 'stuck'],
      ['elsewhere', 'scheduled'],
    ]);
    expect(body).toMatchObject({
      counts: [
        { env: 'production', active: 3, scheduled: 3, overdue: 1, stuck: 3 },
        { env: 'staging', active: 0, scheduled: 1, overdue: 0, stuck: 0 },
      ],
      complete: true,
      nextCursor: null,
      freshness: { lagMs: 0 },
    });
  });

  test('with what it is concluded from', async () => {
    const { body } = await api.get('/v1/active');
    const of = (workflowId: string) => body.active.find((run: Json) => run.workflowId === workflowId);
    expect(of('busy').evidence).toBeNull();
    const silent = of('silent').evidence;
    expect(silent).toMatchObject({ kind: 'silent', ofStep: null });
    expect(silent.silentMs).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(Math.abs(silent.usualMs / (2 * MINUTE) - 1)).toBeLessThan(0.021);
    expect(of('silent in a short step').evidence).toMatchObject({ kind: 'silent', ofStep: 'pay' });
    expect(of('late').evidence).toMatchObject({ kind: 'past_resume', graceMs: 15_000 });
    expect(of('late').evidence.lateMs).toBeGreaterThanOrEqual(MINUTE);
    expect(of('long late').evidence).toMatchObject({ kind: 'past_resume', graceMs: 5 * MINUTE });
  });

  test('the list and the detail judge in the same way', async () => {
    const { body } = await api.get('/v1/active?limit=200');
    const list = (await api.get('/v1/workflows?limit=200&status=running&status=paused')).body.workflows;
    expect(list.map((run: Json) => [run.workflowId, run.activityState])).toEqual(told(body));
    for (const state of ['active', 'scheduled', 'overdue', 'stuck']) {
      const listed = (await api.get(`/v1/workflows?activity=${state}`)).body;
      const expected = told(body).filter(([, is]: string[]) => is === state);
      expect(listed.workflows.map((run: Json) => [run.workflowId, run.activityState])).toEqual(expected);
      expect(listed.total).toEqual({ count: expected.length, exact: true });
    }
    for (const { env, serviceKey, workflowId, activityState, evidence } of body.active) {
      const path = `/v1/workflows/${env}/${serviceKey}/${encodeURIComponent(workflowId)}`;
      const detail = (await api.get(path)).body;
      expect(detail.workflow.activityState).toBe(activityState);
      expect(detail.runs[0].activityState).toBe(activityState);
      // Asked a moment later, it is silent or late for a moment longer.
      const { lateMs: _late, silentMs: _silent, ...lasting } = detail.workflow.evidence ?? {};
      expect(evidence ?? {}).toMatchObject(lasting);
      expect((await api.get(`${path}/runs`)).body.runs[0].activityState).toBe(activityState);
    }
  });

  test('countdown and progress', async () => {
    const { body } = await api.get('/v1/active?state=scheduled&env=staging');
    const [run] = body.active;
    expect(run.resumesInMs).toBeLessThanOrEqual(90 * MINUTE);
    expect(run.resumesInMs).toBeGreaterThan(80 * MINUTE);
    expect(run.usualSteps).toBeNull();
    const other = (await api.get('/v1/active?env=production&limit=1')).body.active[0];
    expect(other).toMatchObject({ usualSteps: 1.5, completedStepCount: 0, resumesInMs: null });
  });

  test.each([
    ['state=stuck', ['silent', 'silent in a short step', 'long late']],
    ['state=stuck&state=overdue&limit=200', ['silent', 'silent in a short step', 'late', 'long late']],
    ['name=mail', ['silent, of a name that few know']],
    ['service=none', []],
  ])('only %s', async (query, expected) => {
    const { body } = await api.get(`/v1/active?${query}`);
    expect(told(body).map(([id]: string[]) => id)).toEqual(expected);
  });

  test('page by page', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: Json = await api.get(`/v1/active?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...told(body).map(([id]: string[]) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(told((await api.get('/v1/active')).body).map(([id]: string[]) => id));
  });
});

test('the forecast counts ends of sleeps and of waits by minute', async () => {
  const { body } = await api.get('/v1/active/forecast?hours=1');
  const minute = (at: number) => new Date(Math.floor(at / MINUTE) * MINUTE).toISOString();
  expect(body.minutes).toHaveLength(2);
  // Three are due already: they stand in the minute of the answer.
  expect(body.minutes[0]).toEqual({ at: minute(Date.parse(body.asOf)), resumes: 3, retries: 0 });
  expect(body.minutes[1]).toEqual({ at: minute(now + 30 * MINUTE), resumes: 1, retries: 1 });
  const wide = await api.get('/v1/active/forecast?hours=2&env=staging');
  expect(wide.body.minutes).toEqual([{ at: minute(now + 90 * MINUTE), resumes: 1, retries: 0 }]);
});
