/**
 * Every query of the nine views of the schema document, asked of our routes about a few workflows whose events went through
 * ingest and worker as processes of their own. The answers are reckoned by hand from the table in story.ts.
 */
import { startServiceProcess, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApi, type Json, type TestApi } from '../test-api.ts';
import { at, MINUTE, STORY, WAKES_AT } from './story.ts';

let api: TestApi;
const answers: Json[] = [];
beforeAll(async () => {
  api = await createTestApi();
  const env = { DATABASE_URL: api.databaseUrl };
  const [ingest, worker] = await Promise.all([startServiceProcess('ingest', env), startServiceProcess('worker', env)]);
  for (const body of STORY) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${ingest.url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(body) });
    answers.push(await answer.json());
  }
  await waitFor('the projection', async () => (await api.sql`SELECT FROM pending_events`).length === 0);
  await Promise.all([ingest.stop(), worker.stop()]);
}, 120_000);
afterAll(() => api?.close());

/** Everything that happens in the story, and nothing else. */
const RANGE = `since=${at(-60)}&until=${at(4 * 3_600)}`;
const ask = async (path: string): Promise<Json> => {
  const { status, body } = await api.get(path);
  expect([path, status]).toEqual([path, 200]);
  return body;
};
const idsOf = (rows: Json): string[] => rows.map(({ workflowId }: Json) => workflowId);
/** A duration is told within 2 percent. */
const near = (ms: number) => expect.closeTo(ms, -Math.log10(ms * 0.04));
const none = { running: 0, paused: 0, queued: 0, pending: 0 };

test('every event of the story is taken in', () => {
  expect(answers).toEqual(STORY.map(({ events }) => ({ accepted: events.length, duplicates: 0, quarantined: [] })));
});

describe('1. Environments and services', () => {
  test('environments with counts', async () => {
    expect((await ask(`/v1/environments?${RANGE}`)).environments).toMatchObject([
      // Of six, two completed and three failed: 2 of 5.
      {
        env: 'production',
        services: 2,
        started: 6,
        completed: 2,
        failed: 3,
        successRate: 0.4,
        open: { ...none, running: 1 },
      },
      {
        env: 'staging',
        services: 1,
        started: 3,
        completed: 1,
        failed: 0,
        successRate: 1,
        open: { ...none, paused: 2 },
      },
    ]);
  });

  test('services with counts for each environment', async () => {
    const { services } = await ask(`/v1/services?${RANGE}`);
    const counts = services.flatMap(({ serviceKey, environments }: Json) =>
      environments.map(({ env, started, failed }: Json) => [serviceKey, env, started, failed]),
    );
    expect(counts).toEqual([
      ['mail', 'production', 1, 1],
      ['shop', 'production', 5, 2],
      ['shop', 'staging', 3, 0],
    ]);
  });
});

describe('2. List of workflows', () => {
  const NEWEST_FIRST = [
    'runs',
    'sleeps',
    'overslept',
    'bounced',
    'declined-2',
    'declined-1',
    'retried',
    'tested',
    'bought',
  ];

  test.each([
    ['', NEWEST_FIRST],
    ['?env=production', NEWEST_FIRST.filter((id) => !['sleeps', 'overslept', 'tested'].includes(id))],
    ['?service=mail', ['bounced']],
    ['?status=failed', ['bounced', 'declined-2', 'declined-1']],
    ['?name=order&status=completed', ['retried', 'tested', 'bought']],
    [`?since=${at(180)}`, ['runs', 'sleeps', 'overslept', 'bounced', 'declined-2']],
    [`?env=production&service=shop&status=failed&name=order&since=${at(150)}`, ['declined-2']],
    ['?search=declined', ['declined-2', 'declined-1']],
  ])('by %s', async (query, expected) => {
    const { workflows, total } = await ask(`/v1/workflows${query}`);
    expect(idsOf(workflows)).toEqual(expected);
    expect(total).toEqual({ count: expected.length, exact: true });
  });

  test('its columns', async () => {
    const { workflows } = await ask('/v1/workflows?env=production&service=shop');
    expect(workflows).toHaveLength(5);
    expect(workflows[4]).toMatchObject({
      workflowId: 'bought',
      workflowName: 'order',
      env: 'production',
      serviceKey: 'shop',
      status: 'completed',
      startedAt: at(0),
      completedAt: at(10),
      failedAt: null,
      durationMs: 10_000,
      completedStepCount: 2,
      errorMessage: null,
    });
    expect(workflows[2]).toMatchObject({ status: 'failed', failedAt: at(123), errorMessage: 'card 17 declined' });
  });

  test('page by page', async () => {
    const first = await ask('/v1/workflows?limit=5');
    const second = await ask(`/v1/workflows?limit=5&cursor=${first.nextCursor}`);
    expect(idsOf([...first.workflows, ...second.workflows])).toEqual(NEWEST_FIRST);
    expect(second.nextCursor).toBeNull();
  });
});

describe('3. One workflow', () => {
  test('the workflow, and its steps with their attempts', async () => {
    const { workflow, steps, time } = await ask('/v1/workflows/production/shop/retried');
    expect(workflow).toMatchObject({
      status: 'completed',
      input: { amount: 30 },
      startedAt: at(60),
      completedAt: at(80),
      durationMs: 20_000,
      completedSteps: ['charge'],
      retryCount: 1,
    });
    // Paused for its retry from 62 to 65.
    expect(time).toMatchObject({ totalMs: 20_000, retryWaitMs: 3_000, activeMs: 17_000, sleepingMs: 0, final: true });
    expect(steps.map(({ stepName, attempts }: Json) => [stepName, attempts.length])).toEqual([['charge', 2]]);
  });

  test('steps in the order of their execution', async () => {
    const { steps } = await ask('/v1/workflows/production/shop/bought');
    expect(steps.map((step: Json) => [step.executionOrder, step.stepName, step.durationMs, step.result])).toEqual([
      [1, 'charge', 2_000, { paid: true }],
      [2, 'ship', 3_000, null],
    ]);
  });

  test('its sleeps', async () => {
    const { sleeps } = await ask('/v1/workflows/staging/shop/sleeps');
    expect(sleeps).toMatchObject([
      { durationMs: 60 * MINUTE, resumeAt: WAKES_AT, completed: false, completedAt: null },
    ]);
  });

  test('its error', async () => {
    const { workflow } = await ask('/v1/workflows/production/shop/declined-1');
    expect(workflow).toMatchObject({
      status: 'failed',
      errorMessage: 'card 17 declined',
      errorStack: 'at charge (charge.ts:7)',
      errorStepName: 'charge',
      errorAttempt: 1,
    });
  });
});

test('4. One step, and its attempts in order', async () => {
  const { step } = await ask('/v1/workflows/production/shop/retried/steps/charge');
  // From its first start at 61 to its end at 66.5; the last attempt took one second of that.
  expect(step).toMatchObject({
    status: 'completed',
    currentAttempt: 2,
    maxAttempts: 3,
    retryCount: 1,
    durationMs: 1_000,
    totalDurationMs: 5_500,
  });
  expect(step.attempts).toMatchObject([
    {
      attemptNumber: 1,
      result: 'failure',
      startedAt: at(61),
      endedAt: at(61.5),
      durationMs: 500,
      retryScheduled: true,
      retryDelayMs: 3_500,
      nextAttemptAt: at(65),
    },
    { attemptNumber: 2, result: 'success', startedAt: at(65.5), durationMs: 1_000, retryScheduled: false },
  ]);
});

describe('5. Failures', () => {
  test('recent ones', async () => {
    const { failures } = await ask('/v1/failures');
    expect(failures.map((run: Json) => [run.workflowId, run.failedAt, run.errorStepName, run.errorMessage])).toEqual([
      ['bounced', at(242), 'deliver', 'smtp down'],
      ['declined-2', at(183), 'charge', 'card 99 declined'],
      ['declined-1', at(123), 'charge', 'card 17 declined'],
    ]);
    expect(idsOf((await ask('/v1/failures?service=shop&env=production')).failures)).toEqual([
      'declined-2',
      'declined-1',
    ]);
  });

  test('how often, by workflow', async () => {
    const { workflows } = await ask(`/v1/failures/workflows?${RANGE}`);
    // The two cards are one error: what differs is a number.
    expect(workflows).toMatchObject([
      { env: 'production', serviceKey: 'shop', workflowName: 'order', count: 2, errorGroups: 1 },
      { env: 'production', serviceKey: 'mail', workflowName: 'send', count: 1, errorGroups: 1 },
    ]);
  });

  test('like errors together', async () => {
    const { groups } = await ask(`/v1/failures/groups?${RANGE}`);
    expect(groups).toMatchObject([
      { message: 'card <n> declined', count: 2, firstSeen: at(123), lastSeen: at(183), services: ['shop'] },
      { message: 'smtp down', count: 1, firstSeen: at(242), lastSeen: at(242), services: ['mail'] },
    ]);
  });

  test('failing steps', async () => {
    const { steps } = await ask(`/v1/failures/steps?${RANGE}`);
    expect(steps).toMatchObject([
      { serviceKey: 'shop', stepName: 'charge', count: 2 },
      { serviceKey: 'mail', stepName: 'deliver', count: 1 },
    ]);
  });
});

describe('6. Active workflows', () => {
  test('what each does', async () => {
    const { active, counts } = await ask('/v1/active');
    expect(active.map((run: Json) => [run.env, run.workflowId, run.activityState])).toEqual([
      ['production', 'runs', 'active'],
      ['staging', 'sleeps', 'scheduled'],
      ['staging', 'overslept', 'overdue'],
    ]);
    expect(active[0]).toMatchObject({ currentStep: 'charge', completedStepCount: 0 });
    expect(active[1].resumesInMs).toBeLessThanOrEqual(50 * MINUTE);
    expect(counts).toMatchObject([
      { env: 'production', active: 1, scheduled: 0, overdue: 0, stuck: 0 },
      { env: 'staging', active: 0, scheduled: 1, overdue: 1, stuck: 0 },
    ]);
  });

  test('of one environment and service', async () => {
    expect(idsOf((await ask('/v1/active?env=staging&service=shop')).active)).toEqual(['sleeps', 'overslept']);
  });

  test('what waits in the queue, by environment', async () => {
    expect(await ask('/v1/pipeline')).toMatchObject({ unprocessed: 0, byEnvironment: [] });
  });
});

describe('7. Timeline', () => {
  test('the events of a workflow', async () => {
    const { events } = await ask('/v1/workflows/production/shop/retried/events');
    expect(events.map(({ timestamp, type, payload }: Json) => [timestamp, type, payload.attempt ?? null])).toEqual([
      [at(60), 'workflow.started', null],
      [at(61), 'step.started', 1],
      [at(61.5), 'retry.scheduled', 1],
      [at(62), 'workflow.paused', null],
      [at(65), 'workflow.resumed', null],
      [at(65.5), 'step.started', 2],
      [at(66.5), 'step.completed', 2],
      [at(80), 'workflow.completed', null],
    ]);
    expect(events[6].payload).toMatchObject({ stepName: 'charge', durationMs: 1_000 });
    const failed = (await ask('/v1/workflows/production/shop/declined-1/events')).events;
    expect(failed[2].payload.error.message).toBe('card 17 declined');
  });

  test('the stretches of time to draw', async () => {
    const { spans } = await ask('/v1/workflows/production/shop/retried/spans');
    const drawn = spans.map(({ kind, startedAt, endedAt }: Json) => [kind, startedAt, endedAt]);
    expect(drawn).toContainEqual(['attempt', at(61), at(61.5)]);
    expect(drawn).toContainEqual(['attempt', at(65.5), at(66.5)]);
  });
});

describe('8. Metrics', () => {
  test('statistics of each workflow in each environment', async () => {
    const { groups } = await ask(`/v1/metrics?${RANGE}&groupBy=env&groupBy=service&groupBy=name`);
    expect(groups).toMatchObject([
      {
        env: 'production',
        service: 'shop',
        name: 'order',
        // 10 and 20 seconds.
        total: {
          started: 5,
          completed: 2,
          failed: 2,
          successRate: 0.5,
          durationMs: { mean: near(15_000), p95: near(20_000) },
        },
        open: { ...none, running: 1 },
      },
      {
        env: 'staging',
        service: 'shop',
        name: 'order',
        total: {
          started: 3,
          completed: 1,
          failed: 0,
          successRate: 1,
          durationMs: { mean: near(30_000), p95: near(30_000) },
        },
        open: { ...none, paused: 2 },
      },
      {
        env: 'production',
        service: 'mail',
        name: 'send',
        total: { started: 1, completed: 0, failed: 1, successRate: 0, durationMs: null },
        open: none,
      },
    ]);
  });

  test('retry rates of steps', async () => {
    const by = 'groupBy=env&groupBy=service&groupBy=name&groupBy=step';
    const { groups } = await ask(`/v1/metrics?${RANGE}&of=steps&${by}`);
    const rates = groups.map(({ service, step, total }: Json) => [
      service,
      step,
      total.started,
      total.retries,
      total.retryRate,
    ]);
    // Of five runs that came to charge, one tried it again, once.
    expect(rates).toEqual([
      ['shop', 'charge', 5, 1, 0.2],
      ['mail', 'deliver', 1, 0, 0],
      ['shop', 'ship', 1, 0, 0],
    ]);
    const retried = await ask('/v1/workflows?hasRetries=true&step=charge&sort=retries');
    expect(retried.workflows).toMatchObject([{ workflowId: 'retried', retryCount: 1 }]);
    expect(retried.total).toEqual({ count: 1, exact: true });
  });

  test('environments side by side', async () => {
    const { comparisons } = await ask(`/v1/metrics/compare?left=production&right=staging&name=order&${RANGE}`);
    const order = comparisons.find(({ name }: Json) => name === 'order');
    expect(order).toMatchObject({
      left: { started: 5, completed: 2, failed: 2, successRate: 0.5 },
      right: { started: 3, completed: 1, failed: 0, successRate: 1 },
      // Four runs against one.
      successRate: { difference: -0.5, moreThanNoise: false },
    });
  });
});

test('9. Services with their health in each environment', async () => {
  const { services } = await ask(`/v1/services?${RANGE}`);
  expect(services).toMatchObject([
    {
      serviceKey: 'mail',
      displayName: null,
      environments: [{ env: 'production', completed: 0, failed: 1, open: none }],
    },
    {
      serviceKey: 'shop',
      environments: [
        { env: 'production', started: 5, completed: 2, failed: 2, open: { ...none, running: 1 } },
        { env: 'staging', started: 3, completed: 1, failed: 0, open: { ...none, paused: 2 } },
      ],
    },
  ]);
  expect((await ask(`/v1/services/shop?${RANGE}`)).service).toEqual(services[1]);
});
