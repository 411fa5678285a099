import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertRun } from '../../test/rows.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1_000);
let api: TestApi;

beforeAll(async () => {
  api = await createTestApi();
  await insertRun(api.sql, { workflowId: 'plain' }, { sort_at: at(1_000_001), gaps: ['start', 'step'] });
  await insertRun(
    api.sql,
    { workflowId: '=1+1', env: 'staging' },
    {
      sort_at: at(1_000_000),
      status: 'failed',
      failed_at: at(1_000_001),
      error_message: 'a "quoted", text\nof two lines',
    },
  );
  // More than two transactions read.
  await api.sql`
    INSERT INTO workflows (id, env, service_key, workflow_id, run, latest, workflow_name, status, running_steps, completed_steps,
      completed_step_count, total_steps_executed, error_step_inferred, sleeping_ms, retry_wait_ms, gaps, anomalies, event_count,
      sort_at, first_event_at, first_event_id, last_event_at, last_event_id, fold_state, contribution, projection_version)
    SELECT gen_random_uuid(), 'bulk', 'orders', 'w' || n, 1, true, 'n', 'queued', '{}', '{}', 0, 0, false, 0, 0, '{}', '{}', 1,
      ${at(0)}::timestamptz + n * interval '1 second', ${at(0)}, gen_random_uuid(), ${at(0)}, gen_random_uuid(), '{}', '[]', 1
    FROM generate_series(1, 1203) AS n`;
}, 60_000);
afterAll(() => api.close());

const textOf = async (query: string) => {
  const response = await api.request(`/v1/workflows/export${query}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

test('NDJSON has each row once, in order, as the list shows it', async () => {
  const { status, type, text } = await textOf('?env=bulk');
  expect([status, type]).toEqual([200, 'application/x-ndjson']);
  const ids = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { workflowId: string }).workflowId);
  expect(ids).toEqual(Array.from({ length: 1_203 }, (_, nth) => `w${1_203 - nth}`));
  const [shown] = (await api.get('/v1/workflows?env=staging')).body.workflows;
  expect(JSON.parse((await textOf('?env=staging')).text)).toEqual(shown);
});

test('CSV has a head, quotes what must be, and no formulas', async () => {
  const { type, text } = await textOf('?format=csv&env=production&env=staging');
  expect(type).toBe('text/csv; charset=utf-8; header=present');
  const [head, plain, failed] = text.split('\r\n');
  expect(head).toMatch(/^id,env,serviceKey,workflowId,run,/);
  expect(plain).toContain(',production,orders,plain,1,true,processOrder,,completed,');
  expect(plain).toContain('"[""start"",""step""]"');
  expect(failed).toContain(`,staging,orders,'=1+1,1,`);
  expect(failed).toContain('"a ""quoted"", text\nof two lines"');
  expect(failed).toContain(',2026-03-13T01:46:40.000Z,');
  expect((await textOf('?format=csv&env=nowhere')).text).toBe(`${head}\r\n`);
});

test('an empty export has no lines', async () => {
  expect((await textOf('?env=nowhere')).text).toBe('');
});

test('refuses what the list refuses', async () => {
  for (const query of ['?format=xml', '?limit=5', '?cursor=x', '?status=happy']) {
    expect((await textOf(query)).status).toBe(400);
  }
});
