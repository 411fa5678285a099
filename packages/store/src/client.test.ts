import { createTestDatabase, waitFor, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSql, type Sql } from './client.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'client-test', max: 2, statementTimeoutMs: 60_000 });
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

test('rows come in plain types: int8 as number, jsonb parsed, times as Date', async () => {
  const [row] = await sql`
    SELECT 2592000000::bigint AS int8, ARRAY[1, 2]::bigint[] AS int8s, '{"a":1}'::jsonb AS json,
      '2025-11-20T12:00:00.123Z'::timestamptz AS at, '\\x00ff'::bytea AS bytes`;
  expect(row).toEqual({
    int8: 2_592_000_000,
    int8s: [1, 2],
    json: { a: 1 },
    at: new Date('2025-11-20T12:00:00.123Z'),
    bytes: Buffer.from([0, 255]),
  });
  expect(await sql`SELECT ${2_592_000_000}::bigint AS there, ${sql.array([3, 4])}::bigint[] AS list`).toEqual([
    { there: 2_592_000_000, list: [3, 4] },
  ]);
});

test('sessions have a name, run in UTC and are bounded', async () => {
  const [row] = await sql`
    SELECT current_setting('application_name') AS name, current_setting('TimeZone') AS zone,
      current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle`;
  expect(row).toEqual({ name: 'client-test', zone: 'UTC', statement: '1min', idle: '5s' });
});

test('a pool whose connections were cut answers again, and still ends', async () => {
  const pool = createSql(database.url, { applicationName: 'cut', max: 2 });
  await Promise.all([pool`SELECT 1`, pool`SELECT 2`]);
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'cut' AND datname = current_database()`;
  const answer = await waitFor('an answer', async () => (await pool`SELECT 1 AS one`)[0]);
  expect(answer).toEqual({ one: 1 });
  await pool.end();
});
