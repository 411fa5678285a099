/** A backup under traffic, and a system that goes on with it elsewhere. */
import { appendFileSync, cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { createSql, type Sql } from '@wm/store';
import { waitFor } from '@wm/testkit';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { RuntimeFile } from '../src/runtime-file.ts';
import { readySystem, runWm, startWm, temporaryFolder, type WmProcess } from './support/wm-process.ts';

const folder = temporaryFolder();
const original = path.join(folder.path, 'original');
const restored = path.join(folder.path, 'restored');
const backup = path.join(folder.path, 'backups', 'first');
const started: WmProcess[] = [];
const connections: Sql[] = [];

afterEach(async () => {
  await Promise.all(connections.splice(0).map((sql) => sql.end()));
});
afterAll(async () => {
  for (const wm of started.reverse()) {
    wm.kill('SIGTERM');
    await wm.ended;
  }
  folder.remove();
});

function start(args: string[], dataDir: string): WmProcess {
  const wm = startWm(args, { DATA_DIR: dataDir });
  started.push(wm);
  return wm;
}

async function startSystem(dataDir: string): Promise<{ wm: WmProcess; runtime: RuntimeFile; sql: Sql }> {
  const wm = start(['start'], dataDir);
  const runtime = await readySystem(wm, dataDir, 120_000);
  const sql = createSql(runtime.databaseUrl, { applicationName: 'backup-test', max: 2 });
  connections.push(sql);
  return { wm, runtime, sql };
}

async function storedIds(sql: Sql): Promise<string[]> {
  return (await sql<{ id: string }[]>`SELECT id FROM workflow_events`).map(({ id }) => id);
}

async function pendingLeft(sql: Sql): Promise<number> {
  const [row] = await sql<[{ left: number }]>`SELECT count(*) AS left FROM pending_events`;
  return row.left;
}

test(
  'a backup under traffic holds what was acknowledged before it; a system started on it folds what was pending',
  { timeout: 300_000 },
  async () => {
    const { wm, runtime, sql } = await startSystem(original);
    const worker = runtime.processes.find(({ name }) => name === 'worker')!;
    const traffic = start(['simulate', '--rate', '100', '--forever'], original);
    await waitFor('some workflows', async () => (await sql`SELECT FROM workflows LIMIT 20`).length === 20);
    process.kill(worker.pid, 'SIGSTOP');
    await waitFor('events that wait', async () => (await pendingLeft(sql)) > 20);
    const acknowledged = await storedIds(sql);
    const made = await runWm(['backup', backup], { DATA_DIR: original });
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${backup} holds all that was acknowledged`),
    });
    process.kill(worker.pid, 'SIGCONT');
    await waitFor('the traffic to go on', async () => (await storedIds(sql)).length > acknowledged.length);
    expect(await sql`SELECT FROM pg_replication_slots`).toHaveLength(0);
    traffic.kill('SIGINT');
    expect(await traffic.ended).toBe(0);
    wm.kill('SIGTERM');
    expect(await wm.ended).toBe(0);

    const put = await runWm(['restore', backup], { DATA_DIR: restored });
    expect(put).toMatchObject({ code: 0, stdout: expect.stringContaining('npm run wm -- verify') });
    const again = await startSystem(restored);
    await waitFor('everything to be folded', async () => (await pendingLeft(again.sql)) === 0, 60_000);
    const ids = new Set(await storedIds(again.sql));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    const verified = await runWm(['verify'], { DATA_DIR: restored });
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('no difference') });
  },
);

describe('what is refused, and leaves everything as it was', () => {
  test('a data folder with a database', async () => {
    const before = statSync(path.join(original, 'postgres')).ino;
    const refused = await runWm(['restore', backup], { DATA_DIR: original });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('this data folder has a database') });
    expect(statSync(path.join(original, 'postgres')).ino).toBe(before);
  });

  test.each([
    ['damaged', (file: string) => appendFileSync(file, 'x'), 'is not what it was'],
    ['not whole', (file: string) => rmSync(file), 'is missing'],
  ])('a backup that is %s', async (name, harm, reason) => {
    const harmed = path.join(folder.path, name);
    cpSync(backup, harmed, { recursive: true });
    harm(path.join(harmed, 'postgres/global/pg_control'));
    const dataDir = path.join(folder.path, `${name} restored`);
    const refused = await runWm(['restore', harmed], { DATA_DIR: dataDir });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('what is no backup', async () => {
    const refused = await runWm(['restore', folder.path], { DATA_DIR: path.join(folder.path, 'none') });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is no backup') });
  });

  test('a folder that exists', async () => {
    const refused = await runWm(['backup', backup], { DATA_DIR: restored });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });
  });

  test("a PostgreSQL of one's own", async () => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', DATA_DIR: restored };
    for (const command of ['backup', 'restore']) {
      const refused = await runWm([command, path.join(folder.path, 'own')], env);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('by its own means') });
    }
  });
});

test('interrupted, a backup leaves nothing', { timeout: 120_000 }, async () => {
  const target = path.join(folder.path, 'interrupted');
  const running = start(['backup', target], restored);
  await waitFor('the copy to have begun', () => Promise.resolve(existsSync(`${target}.partial`)), 60_000);
  running.kill('SIGINT');
  expect(await running.ended).toBe(130);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('interrupted'))).toEqual([]);
});
