/** What pages of a large quarantine cost: pages of the database touched, whatever the machine. */
import { createTestDatabase } from '@wm/testkit';
import type { Fragment } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { EVERYTHING } from '../read/scope.ts';
import { listQuarantined } from './list-quarantined.ts';
import { pickOpenEntries } from './lock-entries.ts';
import type { QuarantineFilter, QuarantineState } from './quarantine-filter.ts';

const ANY: QuarantineFilter = { scope: EVERYTHING, reason: null, env: null, service: null, since: null, until: null };
const middle = { at: Date.parse('2026-01-01T03:00:00Z'), id: '80000000-0000-4000-8000-000000000000' };
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'plans.test', max: 1 });
  // Nearly all of one reason, environment and service, and settled but for a few.
  await sql`
    INSERT INTO quarantined_events (hash, reason, detail, raw, env, service_key, received_at, discarded_at)
    SELECT decode(md5(n::text), 'hex'), CASE n % 1000 WHEN 0 THEN 'rare' ELSE 'usual' END, 'd', convert_to(repeat('x', 300), 'UTF8'),
      CASE n % 1000 WHEN 1 THEN 'rare' ELSE 'usual' END, CASE n % 1000 WHEN 2 THEN 'rare' ELSE 'usual' END,
      timestamptz '2026-01-01' + n * interval '500 milliseconds', CASE n % 1000 WHEN 3 THEN null ELSE now() END
    FROM generate_series(1, 50000) AS n`;
  await sql`VACUUM (ANALYZE) quarantined_events`;
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

async function blocksOf(query: Fragment): Promise<number> {
  const [row] = await sql<
    { 'QUERY PLAN': { Plan: Record<string, number> }[] }[]
  >`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`;
  const plan = row!['QUERY PLAN'][0]!.Plan;
  return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
}

test.each<[string, Partial<QuarantineFilter>, QuarantineState | null]>([
  ['everything', {}, null],
  ['what is open', {}, 'open'],
  ['what was discarded', {}, 'discarded'],
  ['a rare reason', { reason: 'rare' }, null],
  ['a usual reason', { reason: 'usual' }, null],
  ['a rare environment', { env: 'rare' }, null],
  ['a rare service', { service: 'rare' }, null],
  ['a key for a rare environment', { scope: { env: 'rare', serviceKey: null } }, 'discarded'],
  ['a reason that there is not', { reason: 'none' }, 'open'],
])('a page of %s', async (_, filter, state) => {
  for (const after of [null, middle]) {
    expect(await blocksOf(listQuarantined(sql, { ...ANY, ...filter }, state, after, 51))).toBeLessThanOrEqual(200);
  }
});

test('what is redriven next is found among the open ones only', async () => {
  await inTransaction(sql, async (tx) => {
    const [row] = await tx<
      { 'QUERY PLAN': { Plan: Record<string, number> }[] }[]
    >`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${pickOpenEntries(tx, { ...ANY, reason: 'usual' }, null, 51)}`;
    const plan = row!['QUERY PLAN'][0]!.Plan;
    expect(plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!).toBeLessThanOrEqual(200);
  });
});
