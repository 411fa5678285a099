/** What is told from the log alone: the state at an event, spans, and which event said what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertEvent, insertRun, insertStep } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1_000);
const time = (seconds: number) => at(seconds).toISOString();
const shop = { workflowId: 'abc' };
const path = '/v1/workflows/production/orders/abc';
/** In the order of their numbers. */
const eventId = (nth: number) => `0190a1b2-0000-7000-8000-${String(nth).padStart(12, '0')}`;

let api: TestApi;

/** One run: a step that is tried twice, a sleep, and the end; then the id is run again. */
beforeAll(async () => {
  api = await createTestApi();
  const happened: [seconds: number, type: string, payload: object][] = [
    [0, 'workflow.started', { input: { amount: 12 } }],
    [1, 'step.started', { stepName: 'pay', attempt: 1 }],
    [2, 'retry.scheduled', { stepName: 'pay', attempt: 1, nextAttemptAt: time(10), delayMs: 8_000 }],
    [2, 'workflow.paused', { reason: 'retry', resumeAt: time(10) }],
    [10, 'workflow.resumed', {}],
    [10, 'step.started', { stepName: 'pay', attempt: 2 }],
    [12, 'step.completed', { stepName: 'pay', attempt: 2, result: { paid: true } }],
    [12, 'sleep.started', { durationMs: 20_000, resumeAt: time(32) }],
    [12, 'workflow.paused', { reason: 'sleep', resumeAt: time(32) }],
    [32, 'workflow.resumed', {}],
    [32, 'sleep.completed', { durationMs: 20_000 }],
    [33, 'workflow.completed', { completedSteps: ['pay'], durationMs: 1_000 }],
    [100, 'workflow.started', { input: { amount: 13 } }],
  ];
  for (const [nth, [seconds, type, payload]] of happened.entries()) {
    await insertEvent(api.sql, shop, {
      at: at(seconds),
      type,
      id: eventId(nth),
      payload,
      columns: { processed: true, received_at: at(seconds + (type === 'workflow.completed' ? 5 : 1)) },
    });
  }
  const first = { first_event_at: at(0), first_event_id: eventId(0) };
  await insertRun(
    api.sql,
    { ...shop, run: 1 },
    {
      ...first,
      sort_at: at(0),
      latest: false,
      duration_ms: 33_000,
      active_ms: 5_000,
      sleeping_ms: 20_000,
      retry_wait_ms: 8_000,
    },
  );
  await insertStep(api.sql, { ...shop, run: 1 }, 'pay');
  await insertRun(
    api.sql,
    { ...shop, run: 2 },
    { sort_at: at(100), status: 'running', first_event_at: at(100), first_event_id: eventId(12) },
  );
}, 60_000);
afterAll(() => api.close());

describe('the state as of an event', () => {
  const stateAt = async (nth: number) => (await api.get(`${path}/state?event=${eventId(nth)}`)).body;

  test.each([
    [0, { run: 1, status: 'running', hasInput: true, input: { amount: 12 }, completedSteps: [] }, []],
    [1, { status: 'running', currentStep: 'pay', runningSteps: ['pay'] }, [['pay', 'running', 1]]],
    [
      3,
      { status: 'paused', pauseReason: 'retry', resumeAt: time(10), activityState: 'scheduled', retryCount: 1 },
      [['pay', 'retrying', 1]],
    ],
    [6, { status: 'running', retryWaitMs: 8_000, completedSteps: ['pay'] }, [['pay', 'completed', 2]]],
    [
      11,
      { status: 'completed', durationMs: 33_000, sleepingMs: 20_000, retryWaitMs: 8_000, activeMs: 5_000 },
      [['pay', 'completed', 2]],
    ],
    [12, { run: 2, status: 'running', input: { amount: 13 }, completedSteps: [] }, []],
  ])('%i', async (nth, workflow, steps) => {
    const body = await stateAt(nth);
    expect(body.workflow).toMatchObject(workflow);
    expect(body.steps.map((step: Json) => [step.stepName, step.status, step.attempts.length])).toEqual(steps);
    expect(body.event).toMatchObject({ id: eventId(nth) });
  });

  test('shows results and sleeps as they were', async () => {
    const before = await stateAt(9);
    expect(before.steps[0]).toMatchObject({ result: { paid: true }, hasResult: true });
    expect(before.sleeps).toMatchObject([
      { startedAt: time(12), resumeAt: time(32), completed: false, endReason: null },
    ]);
    expect((await stateAt(10)).sleeps).toMatchObject([
      { completedAt: time(32), completed: true, endReason: 'completed' },
    ]);
  });

  test('takes an event that waits to be folded', async () => {
    const waiting = { workflowId: 'waiting' };
    const id = await insertEvent(api.sql, waiting, { at: at(0), type: 'workflow.queued', pending: true });
    const { status, body } = await api.get(`/v1/workflows/production/orders/waiting/state?event=${id}`);
    expect([status, body.workflow.status]).toEqual([200, 'queued']);
  });

  test.each([
    [`${path}/state?event=${eventId(99)}`, 404],
    [`/v1/workflows/production/orders/other/state?event=${eventId(0)}`, 404],
    [`${path}/state?event=1`, 400],
    [`${path}/state`, 400],
  ])('answers %s with %i', async (url, status) => {
    expect((await api.get(url)).status).toBe(status);
  });

  test('says so where an event makes no state', async () => {
    const bad = await insertEvent(api.sql, shop, {
      at: at(101),
      type: 'step.started',
      columns: { processing_error: 'overflow' },
    });
    const job = await insertEvent(
      api.sql,
      { workflowId: 'job' },
      { at: at(0), type: 'job.started', columns: { source: 'job' } },
    );
    expect((await api.get(`${path}/state?event=${bad}`)).body.detail).toContain('makes no state');
    expect((await api.get(`/v1/workflows/production/orders/job/state?event=${job}`)).body.detail).toContain(
      'makes no state',
    );
  });
});

describe('spans', () => {
  test('each thing that took time, as often as it happened', async () => {
    const { body } = await api.get(`${path}/spans?run=1`);
    expect(body.run).toBe(1);
    const shown = body.spans.map((span: Json) => [
      span.kind,
      span.stepName,
      span.attempt,
      span.startedAt,
      span.endedAt,
      span.outcome,
    ]);
    expect(shown).toEqual([
      ['step', 'pay', null, time(1), time(12), 'completed'],
      ['attempt', 'pay', 1, time(1), time(2), 'failure'],
      ['retry_wait', 'pay', 1, time(2), time(10), 'running'],
      ['pause', null, null, time(2), time(10), 'retry'],
      ['attempt', 'pay', 2, time(10), time(12), 'success'],
      ['sleep', null, null, time(12), time(32), 'completed'],
      ['pause', null, null, time(12), time(32), 'sleep'],
    ]);
    expect(body.spans[1]).toMatchObject({ startEventId: eventId(1), endEventId: eventId(2) });
  });

  test('an attempt that was interrupted and started again is two', async () => {
    const again = { workflowId: 'again' };
    const happened: [number, string, object][] = [
      [0, 'workflow.started', {}],
      [1, 'step.started', { stepName: 'fetch', attempt: 1 }],
      [5, 'workflow.resumed', {}],
      [6, 'step.started', { stepName: 'fetch', attempt: 1 }],
    ];
    for (const [seconds, type, payload] of happened)
      await insertEvent(api.sql, again, { at: at(seconds), type, payload });
    const { body } = await api.get('/v1/workflows/production/orders/again/spans');
    expect(body.spans.map((span: Json) => [span.kind, span.startedAt, span.endedAt, span.outcome])).toEqual([
      ['step', time(1), null, 'running'],
      ['attempt', time(1), time(5), 'interrupted'],
      ['attempt', time(6), null, 'running'],
    ]);
  });

  test('the newest run, where none is named; none where there is none', async () => {
    expect((await api.get(`${path}/spans`)).body).toMatchObject({ run: 2, spans: [] });
    expect((await api.get(`${path}/spans?run=3`)).status).toBe(404);
    expect((await api.get('/v1/workflows/production/orders/nobody/spans')).status).toBe(404);
  });
});

describe('the detail', () => {
  test('says where the time went, and how late its events came', async () => {
    const { body } = await api.get(`${path}?run=1`);
    expect(body.time).toEqual({
      totalMs: 33_000,
      activeMs: 5_000,
      sleepingMs: 20_000,
      retryWaitMs: 8_000,
      final: true,
      telemetryDelay: { medianMs: 1_000, maxMs: 5_000, lastMs: 5_000 },
    });
    expect((await api.get(`${path}?run=2`)).body.time).toMatchObject({ final: false, sleepingMs: 0 });
  });
});

describe('provenance', () => {
  test('says which event set each field', async () => {
    const { body } = await api.get(`${path}/provenance?run=1`);
    expect(body.run).toBe(1);
    expect(body.workflow).toMatchObject({
      startedAt: eventId(0),
      input: eventId(0),
      status: eventId(11),
      completedAt: eventId(11),
      durationMs: eventId(11),
      sleepingMs: eventId(9),
      retryWaitMs: eventId(4),
      resumeAt: eventId(9),
      latest: eventId(12),
    });
    expect(body.workflow).not.toHaveProperty('cancelReason');
    expect(body.steps.pay).toMatchObject({
      startedAt: eventId(1),
      retryCount: eventId(2),
      status: eventId(6),
      result: eventId(6),
    });
  });

  test('is of the newest run where none is named', async () => {
    const { body } = await api.get(`${path}/provenance`);
    expect([body.run, body.workflow.startedAt, body.steps]).toEqual([2, eventId(12), {}]);
    expect((await api.get(`${path}/provenance?run=3`)).status).toBe(404);
    expect((await api.get('/v1/workflows/production/orders/nobody/provenance')).status).toBe(404);
  });
});

describe('a text in events', () => {
  test.each([
    ['text=amount', [0, 12]],
    ['text=PAID', [6]],
    ['text=%22', []],
    ['text=20000&run=1', [7, 10]],
    ['text=pay&type=step.started', [1, 5]],
  ])('%s', async (query, expected) => {
    const { body } = await api.get(`${path}/events?${query}`);
    expect(body.events.map((event: Json) => event.id)).toEqual(expected.map((nth) => eventId(nth)));
  });
});
