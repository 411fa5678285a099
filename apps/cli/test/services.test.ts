import { createSql, type Sql } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servicesCommand } from '../src/commands/services.ts';
import { runWm } from './support/wm-process.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'services-test', max: 1 });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

const wm = (...args: string[]) => runWm(['services', ...args], { DATABASE_URL: database.url });

test('services are described, and listed with what is said of them', { timeout: 60_000 }, async () => {
  await sql`INSERT INTO services (service_key, environments) VALUES ('orders', '{production}')`;
  await sql`
    INSERT INTO service_environments (service_key, env, last_arrival_at) VALUES ('orders', 'production', '2026-03-01T12:00:00Z')`;
  const [described, unknown] = await Promise.all([
    wm('describe', 'orders', '--name', 'Orders', '--description', 'Ask Ada'),
    wm('describe', 'ordres', '--name', 'Orders'),
  ]);
  expect(described).toMatchObject({ code: 0, stderr: '' });
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No service ordres has sent an event yet'),
  });
  const { stdout } = await wm('list');
  expect(stdout).toBe('orders  production  last heard of 2026-03-01T12:00:00.000Z  Orders: Ask Ada\n');
});

test('without anything to say nothing is written', async () => {
  await expect(servicesCommand(['describe', 'orders'])).rejects.toThrow('Nothing was written');
  await expect(servicesCommand(['describe', 'orders', '--name', 'x'.repeat(201)])).rejects.toThrow('longer than 200');
});
