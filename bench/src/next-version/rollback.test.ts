/**
 * A deploy and a rollback by real processes: a newer version of the fold comes into force while workers of this one run and
 * traffic goes on, then this one again, with the newer one's rows in place.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECTION_VERSION } from '@wm/projection';
import { countRebuilds, createSql, verifyWorkflows } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, waitFor } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCommand } from '../at-size/command.ts';
import { startServiceProcess } from '../pipeline/service-process.ts';
import { makeNextVersion, NEXT_VERSION_MARK } from './next-version.ts';

/** Everything is slow on a machine that is busy with other tests; each wait is for a condition. */
const PATIENCE_MS = 120_000;

let database: TestDatabase;
let sql: Sql;
let folder: string;
let env: Record<string, string>;
const cleanup: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'rollback-test', max: 3 });
  folder = mkdtempSync(path.join(os.tmpdir(), 'wm-next-'));
  env = { DATABASE_URL: database.url, REDIS_URL: '' };
});
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end();
  await sql.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function startService(app: 'ingest' | 'worker', entry?: string): Promise<string> {
  const service = await startServiceProcess(app, env, entry);
  cleanup.push(() => service.stop());
  return service.url;
}

async function migrateTo(version: number, entry?: string): Promise<void> {
  const { code } = await startCommand(['migrate'], { env, ...(entry !== undefined && { entry }) }).ended;
  expect(code).toBe(0);
  expect(await sql`SELECT version FROM projection_target`).toEqual([{ version }]);
}

/** Resolves when no row is of another version, and at least so many are there. */
async function converged(version: number, least: number): Promise<void> {
  await waitFor(
    `at least ${least} rows, all of version ${version}`,
    async () => {
      const [row] = await sql<[{ all: number; others: number }]>`
        SELECT count(*) AS all, count(*) FILTER (WHERE projection_version <> ${version}) AS others FROM workflows`;
      return row.others === 0 && row.all >= least;
    },
    PATIENCE_MS,
  );
}

async function countRows(): Promise<{ all: number; marked: number }> {
  const [row] = await sql<[{ all: number; marked: number }]>`
    SELECT count(*) AS all, count(*) FILTER (WHERE ${NEXT_VERSION_MARK} = ANY (anomalies)) AS marked FROM workflows`;
  return row;
}

test('a newer version is deployed and rolled back while traffic goes on', { timeout: 600_000 }, async () => {
  const next = makeNextVersion(path.join(folder, 'next'));
  const ingest = await startService('ingest');
  const oldWorker = await startService('worker');
  const traffic = startCommand(['simulate', '--url', ingest, '--rate', '40', '--forever', '--json'], { env });
  cleanup.push(async () => {
    traffic.interrupt();
    await traffic.ended;
  });
  await converged(PROJECTION_VERSION, 20);
  expect((await countRows()).marked).toBe(0);

  // The deploy: its migrate step first, then its workers, and those of before are still there.
  await migrateTo(next.version, next.programOf('cli'));
  const newWorker = await startService('worker', next.programOf('worker'));
  const atDeploy = await countRows();
  await converged(next.version, atDeploy.all + 10);
  const { all, marked } = await countRows();
  expect(marked).toBe(all);
  await waitFor('the old worker to say why it waits', async () => (await fetch(`${oldWorker}/readyz`)).status === 503);
  const verified = await startCommand(['verify'], { env, entry: next.programOf('cli') }).ended;
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('no difference') });

  // The rollback: this version's migrate step; both kinds of workers run.
  await migrateTo(PROJECTION_VERSION);
  const atRollback = await countRows();
  expect(atRollback.marked).toBeGreaterThan(20);
  await converged(PROJECTION_VERSION, atRollback.all + 10);
  await waitFor('the new worker to say why it waits', async () => (await fetch(`${newWorker}/readyz`)).status === 503);
  traffic.interrupt();
  const { code, stdout } = await traffic.ended;
  expect(code).toBe(0);
  await waitFor(
    'nothing to be left to fold',
    async () => {
      const pending = await sql`SELECT FROM pending_events LIMIT 1`;
      const { workflows, services } = await countRebuilds(sql, {});
      return pending.length + workflows + services === 0;
    },
    PATIENCE_MS,
  );
  expect((await countRows()).marked).toBe(0);
  const differences: unknown[] = [];
  await verifyWorkflows(sql, { onDifference: (difference) => differences.push(difference) });
  expect(differences).toEqual([]);
  const { accepted } = JSON.parse(stdout) as { accepted: number };
  expect(await sql`SELECT count(*) AS stored FROM workflow_events`).toEqual([{ stored: accepted }]);
});
