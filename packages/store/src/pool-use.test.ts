import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSql, type Sql } from './client.ts';
import { inTransaction } from './in-transaction.ts';
import { poolUse } from './pool-use.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'pool-use-test', max: 2 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

test('transactions hold connections, and those beyond the size of the pool wait', async () => {
  let letGo!: () => void;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const idle = { size: 2, used: 0, waiting: 0 };
  expect(poolUse(sql)).toEqual(idle);
  const transactions = [1, 2, 3].map(() => inTransaction(sql, (tx) => tx`SELECT 1`.then(() => held)));
  expect(poolUse(sql)).toEqual({ size: 2, used: 2, waiting: 1 });
  letGo();
  await Promise.all(transactions);
  expect(poolUse(sql)).toEqual(idle);
});

test('a statement counts while it runs, whether it succeeds or fails, and not before', async () => {
  const part = sql`, 2 AS two`;
  const statement = sql`SELECT 1 AS one ${part}`;
  expect(poolUse(sql).used).toBe(0);
  const answers = Promise.all([statement, statement, sql`SELECT 1 / 0`.catch(() => 'failed')]);
  await Promise.resolve(); // statements begin with the next turn of the microtasks
  expect(poolUse(sql).used).toBe(2);
  expect(await answers).toEqual([[{ one: 1, two: 2 }], [{ one: 1, two: 2 }], 'failed']);
  expect(poolUse(sql).used).toBe(0);
});

test('a transaction that fails counts no longer', async () => {
  await expect(inTransaction(sql, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(poolUse(sql).used).toBe(0);
});
