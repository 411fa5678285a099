import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertRun } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const at = (minutes: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + minutes * 60_000);
const time = (minutes: number) => at(minutes).toISOString();
const RANGE = 'since=2026-03-01T12:00:30Z&until=2026-03-01T13:00:00Z';
let api: TestApi;

async function fail(
  workflowId: string,
  minute: number,
  { group = 'aaaa', env = 'production', service = 'orders', name = 'processOrder', columns = {} } = {},
) {
  const key = { env, service_key: service, workflow_name: name };
  const ended = { status: 'failed', failed_at: new Date(at(minute).getTime() + 20_000), error_group: group };
  await insertRun(
    api.sql,
    { workflowId, env, serviceKey: service },
    {
      workflow_name: name,
      error_message: `card 4711 of ${workflowId} declined`,
      error_step_name: 'pay',
      ...ended,
      ...columns,
    },
  );
  await api.sql`INSERT INTO rollup_errors ${api.sql({ ...key, minute: at(minute), error_group: group, slot: minute % 3, count: 1 })}
    ON CONFLICT (env, service_key, workflow_name, error_group, minute, slot) DO UPDATE SET count = rollup_errors.count + 1`;
}

beforeAll(async () => {
  api = await createTestApi();
  await fail('before', -10);
  await fail('first', 0);
  await fail('again', -1, { columns: { latest: false } });
  await fail('mail', 30, { service: 'mail', name: 'send' });
  await fail('staged', 40, { env: 'staging', columns: { error_stack: 'at pay (pay.ts:1)' } });
  await fail('rare', 50, { group: 'bbbb' });
  await fail('later', 60, { group: 'bbbb' });
  // A failure that a later event took back, in the slot of another worker.
  const takenBack = {
    env: 'production',
    service_key: 'orders',
    workflow_name: 'processOrder',
    error_group: 'cccc',
    minute: at(5),
  };
  await api.sql`INSERT INTO rollup_errors ${api.sql([
    { ...takenBack, slot: 0, count: 1 },
    { ...takenBack, slot: 1, count: -1 },
  ])}`;
  const step = { env: 'production', service_key: 'orders', workflow_name: 'processOrder' };
  await api.sql`INSERT INTO rollup_minutes ${api.sql([
    { ...step, step_name: 'pay', minute: at(0), slot: 0, failed: 3 },
    { ...step, step_name: 'pay', minute: at(0), slot: 1, failed: -1 },
    { ...step, step_name: 'pay', minute: at(7), slot: 0, failed: 1 },
    { ...step, step_name: 'ship', minute: at(8), slot: 0, failed: 3 },
    { ...step, step_name: 'undone', minute: at(8), slot: 0, failed: 1 },
    { ...step, step_name: 'undone', minute: at(8), slot: 1, failed: -1 },
    { ...step, step_name: '', minute: at(8), slot: 0, failed: 9 },
    { ...step, step_name: 'early', minute: at(-1), slot: 0, failed: 9 },
    { ...step, env: 'staging', step_name: 'pay', minute: at(9), slot: 0, failed: 1 },
  ])}`;
}, 60_000);
afterAll(() => api.close());

describe('GET /v1/failures', () => {
  const list = async (query: string) =>
    (await api.get(`/v1/failures${query}`)).body.failures.map((run: Json) => run.workflowId);

  test.each([
    ['', ['later', 'rare', 'staged', 'mail', 'first', 'again', 'before']],
    ['?env=staging', ['staged']],
    ['?service=mail', ['mail']],
    ['?name=send', ['mail']],
    ['?errorGroup=bbbb', ['later', 'rare']],
    ['?errorGroup=none', []],
    ['?errorStep=ship', []],
    ['?error=OF%20MAIL', ['mail']],
    ['?since=2026-03-01T12:30:20Z&until=2026-03-01T12:50:20Z', ['staged', 'mail']],
    ['?errorGroup=aaaa&since=2026-03-01T12:30:00Z', ['staged', 'mail']],
  ])('lists %s, the newest first', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test('pages, and tells what was run again since', async () => {
    const seen: Json[] = [];
    let cursor = '';
    do {
      const { body }: { body: Json } = await api.get(`/v1/failures?limit=3${cursor}`);
      seen.push(...body.failures);
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(new Set(seen.map((run) => run.workflowId)).size).toBe(7);
    expect(seen.filter((run) => !run.latest).map((run) => run.workflowId)).toEqual(['again']);
  });
});

describe('GET /v1/failures/groups', () => {
  test('counts like errors together', async () => {
    const { body } = await api.get(`/v1/failures/groups?${RANGE}`);
    expect(body.groups).toHaveLength(2);
    expect(body.groups[0]).toMatchObject({
      errorGroup: 'aaaa',
      message: 'card <n> of staged declined',
      count: 3,
      firstSeen: '2026-03-01T11:50:20.000Z',
      lastSeen: '2026-03-01T12:40:20.000Z',
      envs: ['production', 'staging'],
      services: ['mail', 'orders'],
      workflowNames: ['processOrder', 'send'],
      sample: {
        env: 'staging',
        workflowId: 'staged',
        run: 1,
        errorStepName: 'pay',
        errorMessage: 'card 4711 of staged declined',
        errorStack: 'at pay (pay.ts:1)',
      },
    });
    expect(body.groups[1]).toMatchObject({ errorGroup: 'bbbb', count: 1, firstSeen: '2026-03-01T12:50:20.000Z' });
    expect(body.trendPartMs).toBe(120_000);
    expect(body.groups[0].trend).toHaveLength(30);
    expect(body.groups[0].trend.flatMap((count: number, part: number) => (count > 0 ? [[part, count]] : []))).toEqual([
      [0, 1],
      [15, 1],
      [20, 1],
    ]);
    expect(body.range).toEqual({ since: '2026-03-01T12:00:30.000Z', until: '2026-03-01T13:00:00.000Z' });
  });

  test.each([
    ['env=staging', [['aaaa', 1, 'staged']]],
    ['service=mail', [['aaaa', 1, 'mail']]],
    [
      'service=orders&env=production',
      [
        ['aaaa', 1, 'first'],
        ['bbbb', 1, 'rare'],
      ],
    ],
    ['name=none', []],
    ['errorGroup=bbbb', [['bbbb', 1, 'rare']]],
    ['errorGroup=bbbb&errorGroup=cccc&env=production', [['bbbb', 1, 'rare']]],
    ['errorGroup=none', []],
  ])('of %s', async (query, expected) => {
    const { body } = await api.get(`/v1/failures/groups?${RANGE}&${query}`);
    const shown = body.groups.map((group: Json) => [group.errorGroup, group.count, group.sample.workflowId]);
    expect(shown.map((group: Json) => (group[2] === 'again' ? [group[0], group[1], 'first'] : group))).toEqual(
      expected,
    );
  });

  test('pages keep their range', async () => {
    const first = (await api.get(`/v1/failures/groups?${RANGE}&limit=1`)).body;
    const second = (await api.get(`/v1/failures/groups?limit=1&cursor=${first.nextCursor}`)).body;
    expect([first.groups[0].errorGroup, second.groups[0].errorGroup, second.nextCursor]).toEqual([
      'aaaa',
      'bbbb',
      null,
    ]);
    expect(second.range).toEqual(first.range);
  });
});

test('workflows by their failures', async () => {
  const { body } = await api.get(`/v1/failures/workflows?${RANGE}`);
  expect(body.workflows).toEqual([
    {
      env: 'production',
      serviceKey: 'orders',
      workflowName: 'processOrder',
      count: 2,
      errorGroups: 2,
      lastMinute: time(50),
    },
    { env: 'production', serviceKey: 'mail', workflowName: 'send', count: 1, errorGroups: 1, lastMinute: time(30) },
    {
      env: 'staging',
      serviceKey: 'orders',
      workflowName: 'processOrder',
      count: 1,
      errorGroups: 1,
      lastMinute: time(40),
    },
  ]);
  const first = (await api.get(`/v1/failures/workflows?${RANGE}&limit=2`)).body;
  const second = (await api.get(`/v1/failures/workflows?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.workflows, ...second.workflows]).toEqual(body.workflows);
});

test.each(['groups', 'workflows', 'steps'])('%s from the first instant there is to the last', async (of) => {
  const { status } = await api.get(`/v1/failures/${of}?since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59.999Z`);
  expect(status).toBe(200);
});

test('steps by their failures', async () => {
  const { body } = await api.get(`/v1/failures/steps?${RANGE}`);
  const shown = body.steps.map((step: Json) => [step.env, step.stepName, step.count, step.lastMinute]);
  expect(shown).toEqual([
    ['production', 'pay', 3, time(7)],
    ['production', 'ship', 3, time(8)],
    ['staging', 'pay', 1, time(9)],
  ]);
  const first = (await api.get(`/v1/failures/steps?${RANGE}&limit=1`)).body;
  const rest = (await api.get(`/v1/failures/steps?cursor=${first.nextCursor}`)).body;
  expect([...first.steps, ...rest.steps]).toEqual(body.steps);
});

test.each([
  ['/v1/failures?sort=started', 'sort'],
  ['/v1/failures?cursor=x', 'cursor'],
  ['/v1/failures/groups?since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z', 'since'],
  ['/v1/failures/groups?until=soon', 'until'],
  [`/v1/failures/groups?cursor=${Buffer.from('[0,1,1,"a","b"]').toString('base64url')}`, 'cursor'],
  [`/v1/failures/steps?cursor=${Buffer.from('[0,1,1,"a"]').toString('base64url')}`, 'cursor'],
  ['/v1/failures/workflows?env=', 'env'],
])('answers 400 to %s and names the field', async (path, field) => {
  const { status, body } = await api.get(path);
  expect([status, body.errors?.map((error: Json) => error.field)]).toEqual([400, [field]]);
});
