import { randomUUID } from 'node:crypto';
import { createEmptyDatabase, waitFor, type TestDatabase } from '@wm/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSql, type Sql } from './client.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';

const now = new Date('2025-11-20T12:00:00Z');
let database: TestDatabase;
let sql: Sql;

beforeEach(async () => {
  database = await createEmptyDatabase();
  await migrate(database.url, { now });
  sql = createSql(database.url, { applicationName: 'partitions-test', max: 4, idleInTransactionTimeoutMs: 0 });
});

afterEach(async () => {
  await sql.end();
  await database.drop();
});

async function insertEvent(at: string): Promise<void> {
  await sql`
    INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload, source)
    VALUES (${randomUUID()}, 'workflow.started', 'w', 'W', 'test', 'service', ${at}, '{}', 'workflow')`;
}

async function homeOf(at: string): Promise<string> {
  const [row] = await sql`SELECT tableoid::regclass::text AS home FROM workflow_events WHERE event_timestamp = ${at}`;
  return row!['home'] as string;
}

test('months from 13 back to 2 ahead have a partition, the past before them has one, the rest goes to the default one', async () => {
  const rows = await sql`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'workflow_events'::regclass ORDER BY name`;
  const names = rows.map((row) => row['name'] as string);
  expect(names).toHaveLength(18);
  expect(names[0]).toBe('workflow_events_2024_10');
  expect(names[15]).toBe('workflow_events_2026_01');
  expect(names.slice(16)).toEqual(['workflow_events_default', 'workflow_events_past']);

  const homes: Record<string, string> = {
    '2024-10-01T00:00:00.000Z': 'workflow_events_2024_10',
    '2024-09-30T23:59:59.999Z': 'workflow_events_past',
    '1969-01-01T00:00:00.000Z': 'workflow_events_past',
    '2025-11-30T23:59:59.999Z': 'workflow_events_2025_11',
    '2025-12-01T00:00:00.000Z': 'workflow_events_2025_12',
    '2026-02-01T00:00:00.000Z': 'workflow_events_default',
    '9999-12-31T23:59:59.999Z': 'workflow_events_default',
  };
  for (const [at, home] of Object.entries(homes)) {
    await insertEvent(at);
    expect([at, await homeOf(at)]).toEqual([at, home]);
  }
});

test('a partition has the indexes, the storage parameters and the defaults of the log', async () => {
  const [row] = await sql`
    SELECT reloptions AS options, (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) AS indexes,
      (SELECT count(*) FROM pg_index WHERE indrelid = 'workflow_events'::regclass) AS expected
    FROM pg_class c WHERE relname = 'workflow_events_2025_11'`;
  expect(row).toEqual({ options: ['fillfactor=50'], indexes: row!['expected'], expected: row!['expected'] });
});

test('as time goes on only the new months are made, by however many processes', async () => {
  const later = new Date('2025-12-31T23:59:59Z');
  const created = await Promise.all([1, 2, 3].map(() => ensurePartitions(sql, later)));
  expect(created.flat()).toEqual(['workflow_events_2026_02']);
  expect(await ensurePartitions(sql, later)).toEqual([]);
});

test('a month of which the default partition holds events stays there, and the others are made', async () => {
  await insertEvent('2026-03-15T00:00:00.000Z');
  const lines: string[] = [];
  const created = await ensurePartitions(sql, new Date('2026-02-10T00:00:00Z'), (line) => lines.push(line));
  expect(created).toEqual(['workflow_events_2026_02', 'workflow_events_2026_04']);
  expect(lines.join()).toContain(
    'No partition workflow_events_2026_03: events of that time already have another place',
  );
  expect(await homeOf('2026-03-15T00:00:00.000Z')).toBe('workflow_events_default');
  await insertEvent('2026-03-16T00:00:00.000Z');
  expect(await homeOf('2026-03-16T00:00:00.000Z')).toBe('workflow_events_default');
});

test('open transactions that insert are neither waited for nor held up', async () => {
  const writer = await sql.reserve();
  await writer`BEGIN`;
  await writer`
    INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload, source)
    VALUES (${randomUUID()}, 'workflow.started', 'w', 'W', 'test', 'service', '2025-11-20T12:00:00Z', '{}', 'workflow')`;
  expect(await ensurePartitions(sql, new Date('2025-12-10T00:00:00Z'))).toEqual(['workflow_events_2026_02']);
  await writer`COMMIT`;
  writer.release();
});

test('a lock on the default partition is not waited for in a way that stops other inserts; the month comes once it is free', async () => {
  const holder = await sql.reserve();
  await holder`BEGIN`;
  await holder`LOCK TABLE workflow_events_default IN ROW EXCLUSIVE MODE`;
  const ensured = ensurePartitions(sql, new Date('2025-12-10T00:00:00Z'));
  await waitFor('the ATTACH to wait for its lock', async () => {
    const rows = await sql`SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'`;
    return rows.length > 0;
  });
  // While it comes and goes, events of known months and stranger times alike get in.
  await insertEvent('2025-11-20T12:00:00.000Z');
  await insertEvent('2099-01-01T00:00:00.000Z');
  await holder`COMMIT`;
  holder.release();
  expect(await ensured).toEqual(['workflow_events_2026_02']);
});

test('months before the first ones are covered by the past, whoever asks for them', async () => {
  const lines: string[] = [];
  expect(await ensurePartitions(sql, new Date('2025-09-10T00:00:00Z'), (line) => lines.push(line))).toEqual([]);
  expect(lines).toHaveLength(2);
  await insertEvent('2024-08-15T00:00:00.000Z');
  expect(await homeOf('2024-08-15T00:00:00.000Z')).toBe('workflow_events_past');
});
