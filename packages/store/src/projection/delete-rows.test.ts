import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSql, type Sql } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { deleteRows, nothingGone, type GoneRow } from './delete-rows.ts';

const ID = '06f1a1ae-5bc9-5cf1-a306-3e531a9632da';
const OWN = { env: 'test', serviceKey: 'shop', workflowId: 'own' };
let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'delete-rows-test', max: 1 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** @returns whether the attempt of OWN is still there after a deletion */
async function survives(gone: GoneRow): Promise<boolean> {
  await sql`
    INSERT INTO step_attempts (id, env, service_key, workflow_id, run, step_name, attempt_number, result, inferred,
                               retry_scheduled)
    VALUES (${ID}, 'test', 'shop', 'own', 1, 'a', 1, 'success', false, false) ON CONFLICT DO NOTHING`;
  await inTransaction(sql, (tx) => deleteRows(tx, { ...nothingGone(), attempts: [gone] }));
  return (await sql`SELECT FROM step_attempts WHERE id = ${ID}`).length === 1;
}

test('a row goes from its workflow', async () => {
  expect(await survives({ id: ID, of: OWN })).toBe(false);
});

test('a run goes from wherever it holds an id that must be free', async () => {
  await sql`
    INSERT INTO workflows (id, env, service_key, workflow_id, run, latest, workflow_name, status, running_steps,
                           completed_steps, completed_step_count, total_steps_executed, error_step_inferred, sleeping_ms,
                           retry_wait_ms, gaps, anomalies, event_count, sort_at, first_event_at, first_event_id,
                           last_event_at, last_event_id, fold_state, contribution, projection_version)
    VALUES (${ID}, 'test', 'shop', 'another', 1, true, 'w', 'running', '{}', '{}', 0, 0, false, 0, 0, '{}', '{}', 1, now(),
            now(), ${ID}, now(), ${ID}, '{}', '[]', 1)`;
  await inTransaction(sql, (tx) => deleteRows(tx, { ...nothingGone(), freedRunIds: [ID] }));
  expect(await sql`SELECT FROM workflows WHERE id = ${ID}`).toHaveLength(0);
});

// It was found under another workflow, and its own has been mended meanwhile.
test('a row that belongs to another workflow again stays', async () => {
  for (const changed of [{ env: 'other' }, { serviceKey: 'other' }, { workflowId: 'other' }])
    expect(await survives({ id: ID, of: { ...OWN, ...changed } })).toBe(true);
});
