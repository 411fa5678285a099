import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmptyDatabase } from '@wm/testkit';
import { afterEach, expect, test } from 'vitest';
import { createSql, type Sql } from './client.ts';
import { migrate } from './migrate.ts';

const ours = fileURLToPath(new URL('../../../sql/migrations', import.meta.url));
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function emptyDatabase(): Promise<{ url: string; sql: Sql }> {
  const database = await createEmptyDatabase();
  const sql = createSql(database.url, { applicationName: 'migrate-test', max: 2 });
  cleanUps.push(
    () => database.drop(),
    () => sql.end(),
  );
  return { url: database.url, sql };
}

async function copyOfMigrations(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-migrations-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  await cp(ours, folder, { recursive: true });
  return folder;
}

test('several processes migrating at once apply each migration once', async () => {
  const { url, sql } = await emptyDatabase();
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(url)));
  const applied = results.flatMap((result) => result.applied);
  const rows = await sql`SELECT name FROM schema_migrations ORDER BY name`;
  expect(applied.toSorted()).toEqual(rows.map((row) => row['name']));
  expect(applied).toContain('0001_event_log.sql');
  expect(new Set(results.flatMap((result) => result.partitions)).size).toBe(17);
});

test('a second call changes nothing', async () => {
  const { url } = await emptyDatabase();
  await migrate(url, { projectionVersion: 1 });
  expect(await migrate(url, { projectionVersion: 1 })).toEqual({ applied: [], partitions: [] });
});

test('the projection version moves forward and back, and stays where none is given', async () => {
  const { url, sql } = await emptyDatabase();
  const versions: number[] = [];
  for (const projectionVersion of [3, 4, 2, undefined]) {
    await migrate(url, projectionVersion === undefined ? {} : { projectionVersion });
    versions.push((await sql`SELECT version FROM projection_target`)[0]!['version'] as number);
  }
  expect(versions).toEqual([3, 4, 2, 2]);
});

test('an edited migration is refused, and nothing is changed', async () => {
  const { url, sql } = await emptyDatabase();
  const folder = await copyOfMigrations();
  await migrate(url, { folder });
  await writeFile(path.join(folder, '0001_event_log.sql'), 'SELECT 1;');
  await expect(migrate(url, { folder })).rejects.toThrow(
    /0001_event_log\.sql is not the one that was applied.*Restore the file/,
  );
  expect(await sql`SELECT to_regclass('workflow_events') AS name`).toEqual([{ name: 'workflow_events' }]);
});

test('other line ends are no edit', async () => {
  const { url } = await emptyDatabase();
  const folder = await copyOfMigrations();
  await writeFile(path.join(folder, '0099_gap.sql'), 'SELECT 1;');
  await expect(migrate(url, { folder })).rejects.toThrow(/numbered from 0001 without a gap/);
  await rm(path.join(folder, '0099_gap.sql'));
  await migrate(url, { folder });
  const file = path.join(folder, '0003_rollups.sql');
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
  expect((await migrate(url, { folder })).applied).toEqual([]);
});

test('a database of newer code is refused', async () => {
  const { url, sql } = await emptyDatabase();
  await migrate(url);
  await sql`INSERT INTO schema_migrations (name, checksum) VALUES ('9000_from_the_future.sql', '\\x00')`;
  await expect(migrate(url)).rejects.toThrow(
    /9000_from_the_future\.sql, which this version of workflow-monitor does not know/,
  );
});

test('a migration that fails leaves nothing of itself and keeps the ones before', async () => {
  const { url, sql } = await emptyDatabase();
  const folder = await copyOfMigrations();
  const next = `${String((await readdir(folder)).length + 1).padStart(4, '0')}_broken.sql`;
  await writeFile(path.join(folder, next), 'CREATE TABLE half (id integer); SELECT 1 / 0;');
  await expect(migrate(url, { folder })).rejects.toThrow(/division by zero/);
  expect(await sql`SELECT to_regclass('half') AS half, to_regclass('workflows') AS workflows`).toEqual([
    { half: null, workflows: 'workflows' },
  ]);
});
