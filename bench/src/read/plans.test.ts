import path from 'node:path';
import { startEmbeddedPostgres } from '@wm/runtime';
import type { EmbeddedPostgres } from '@wm/runtime';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDataFolder, removeDataFolder } from '../pipeline/postgres.ts';
import { logged, PLAN_SETTINGS, walkedTables } from './plans.ts';

const dataDir = makeDataFolder('wm-plans-');
let server: EmbeddedPostgres;
let sql: Sql;
/** What the api asks with. */
let asking: Sql;
beforeAll(async () => {
  server = await startEmbeddedPostgres({ dataDir, settings: { ...PLAN_SETTINGS, autovacuum: 'off' } });
  sql = createSql(server.url, { applicationName: 'plans-test', max: 1 });
  asking = createSql(logged(server.url), { applicationName: 'plans-test', max: 1 });
  await sql.unsafe(`
    CREATE TABLE workflows AS SELECT id, id % 10 AS kind FROM generate_series(1, 2000) id;
    CREATE TABLE workflow_steps AS SELECT id FROM generate_series(1, 2000) id;
    CREATE INDEX ON workflow_steps (id);
    CREATE TABLE pending_events AS SELECT id FROM generate_series(1, 2000) id;
    DELETE FROM pending_events WHERE id > 300;
    CREATE TABLE changes (id integer);
    CREATE TABLE settings AS SELECT id FROM generate_series(1, 2000) id;
    ANALYZE`);
}, 120_000);
afterAll(async () => {
  await asking?.end();
  await sql?.end();
  await server?.stop();
  removeDataFolder(dataDir);
});

const walked = (query: string): Promise<string[]> =>
  walkedTables(sql, path.join(dataDir, 'postgres.log'), () => asking.unsafe(query));

test.each([
  ['a growing table is walked through', 'SELECT count(*) FROM workflows', ['workflows']],
  ['… where hardly a row fits, too', 'SELECT id FROM workflows WHERE id = 7', ['workflows']],
  [
    '… where the first rows are enough, too: others might have to look on',
    'SELECT id FROM workflows LIMIT 1',
    ['workflows'],
  ],
  ['an index is asked', 'SELECT id FROM workflow_steps WHERE id = 7', []],
  ['a table was filled, and is nearly empty', 'SELECT count(*) FROM pending_events', []],
  ['a table never held anything', 'SELECT count(*) FROM changes', []],
  ['a table does not grow', 'SELECT count(*) FROM settings', []],
])('%s', async (_, query, tables) => {
  expect(await walked(query)).toEqual(tables);
});
