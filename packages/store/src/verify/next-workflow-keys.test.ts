import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import type { WorkflowKey } from '@wm/projection';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillEvents } from '../../test/fill-events.ts';
import { fillWorkflows } from '../../test/fill-workflows.ts';
import { createSql, type Sql } from '../client.ts';
import { nextWorkflowKeys, type VerifyScope } from './next-workflow-keys.ts';

let database: TestDatabase;
let sql: Sql;
let everything: WorkflowKey[];

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'keys-test', max: 1 });
  // Keys with rows only, and keys with events only; one of them with very many.
  await fillWorkflows(sql, 120);
  await fillEvents(sql, 100);
  await fillOrphans();
  everything = await sql<WorkflowKey[]>`
    SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId" FROM workflows
    UNION SELECT env, service_key, workflow_id FROM workflow_events
    UNION SELECT env, service_key, workflow_id FROM workflow_steps
    UNION SELECT env, service_key, workflow_id FROM step_attempts
    UNION SELECT env, service_key, workflow_id FROM workflow_sleeps
    ORDER BY 1, 2, 3`;
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** A step, an attempt and a sleep of workflows that nothing else knows of. */
async function fillOrphans(): Promise<void> {
  await sql`
    INSERT INTO workflow_steps (id, env, service_key, workflow_id, run, step_name, execution_order, status, inferred,
                                current_attempt, cached, retry_count, retry_minutes, timed_out, contribution)
    VALUES (gen_random_uuid(), 'nowhere', 'orders', 'step', 1, 'a', 1, 'pending', false, 0, false, 0, '{}', false, '[]')`;
  await sql`
    INSERT INTO step_attempts (id, env, service_key, workflow_id, run, step_name, attempt_number, result, inferred,
                               retry_scheduled)
    VALUES (gen_random_uuid(), 'nowhere', 'orphans', 'attempt', 1, 'a', 1, 'success', false, false)`;
  await sql`
    INSERT INTO workflow_sleeps (id, env, service_key, workflow_id, run, start_event_id, started_at, completed)
    VALUES (gen_random_uuid(), 'nowhere', 'orphans', 'sleep', 1, gen_random_uuid(), now(), false)`;
}

async function walk(scope: VerifyScope, size: number): Promise<WorkflowKey[]> {
  const keys: WorkflowKey[] = [];
  let after: WorkflowKey | null = null;
  do {
    const page: Awaited<ReturnType<typeof nextWorkflowKeys>> = await nextWorkflowKeys(sql, scope, after, size);
    keys.push(...page.keys);
    after = page.next;
  } while (after !== null);
  return keys;
}

test.each([1, 7, 50, 1_000])('pages of %i keys come to every workflow once, in order', async (size) => {
  expect(everything.length).toBe(224);
  expect(await walk({}, size)).toEqual(everything);
});

test.each<[string, VerifyScope, (key: WorkflowKey) => boolean]>([
  ['an environment', { env: 'staging' }, ({ env }) => env === 'staging'],
  ['a service', { serviceKey: 'orders' }, ({ serviceKey }) => serviceKey === 'orders'],
  ['one workflow', { env: 'production', serviceKey: 'orders', workflowId: 'long' }, (key) => key.workflowId === 'long'],
  ['a time behind everything', { since: new Date('2100-01-01') }, () => false],
])('%s chooses among them', async (_, scope, chosen) => {
  expect(await walk(scope, 10)).toEqual(everything.filter(chosen));
});

test('a time chooses those with an event or a row since then', async () => {
  const since = new Date(Date.now() - 100 * 24 * 60 * 60 * 1_000);
  const recent = await sql<{ workflowId: string }[]>`
    SELECT workflow_id AS "workflowId" FROM workflow_events WHERE event_timestamp >= ${since}
    UNION SELECT workflow_id FROM workflows WHERE last_event_at >= ${since}`;
  const ids = new Set(recent.map(({ workflowId }) => workflowId));
  expect(ids.size).toBeGreaterThan(0);
  expect(await walk({ since }, 10)).toEqual(everything.filter(({ workflowId }) => ids.has(workflowId)));
});
