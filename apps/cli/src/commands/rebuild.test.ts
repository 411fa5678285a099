import { PROJECTION_VERSION } from '@wm/projection';
import { createRegistry } from '@wm/runtime';
import { createSql, insertEvents, type Sql } from '@wm/store';
import { createTestDatabase, silentLogger, waitFor, type TestDatabase } from '@wm/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { completeWorkflow } from '../../../worker/test/drain/support.ts';
import { startWorker, type RunningWorker } from '../../../worker/src/index.ts';
import { runWm, startWm } from '../../test/support/wm-process.ts';
import { rebuildCommand } from './rebuild.ts';

let database: TestDatabase;
let sql: Sql;
let workers: RunningWorker[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'rebuild-test', max: 2 });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await sql.end();
  await database.drop();
});

const wm = (...args: string[]) => runWm(args, { DATABASE_URL: database.url });

async function worker(): Promise<void> {
  const { url: databaseUrl } = database;
  const own = { host: '127.0.0.1', port: 0, logger: silentLogger(), registry: createRegistry('worker') };
  workers.push(await startWorker({ ...own, databaseUrl, redisUrl: null, sweepAfterMs: 0, sweepEveryMs: 50 }));
}

/** Stores and folds them. The worker has looked for rows of other versions by then, and does not do so again. */
async function fold(...ids: string[]): Promise<void> {
  await insertEvents(
    sql,
    ids.flatMap((id) => completeWorkflow(id)),
  );
  await worker();
  await waitFor('nothing to be pending', async () => (await sql`SELECT FROM pending_events LIMIT 1`).length === 0);
  await waitFor('the walk to end', async () => {
    const walks = await sql`SELECT FROM workflow_walks WHERE name = 'stale' AND finished_at IS NOT NULL`;
    return walks.length > 0;
  });
}

test('it mends what verify finds, and follows the workers to the end', async () => {
  await fold('a', 'b', 'c');
  await sql`UPDATE workflows SET duration_ms = 1 WHERE workflow_id = 'b'`;
  await sql`DELETE FROM workflow_steps WHERE workflow_id = 'c'`;
  expect((await wm('verify')).code).toBe(1);
  const { code, stdout } = await wm('rebuild');
  expect(stdout).toMatch(/^3 workflows to be rebuilt\. Live events come first\.\n3 workflows rebuilt in \d+ s\.\n$/);
  expect(code).toBe(0);
  expect(await wm('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('no difference') });
});

test('what is left after Ctrl-C or --detach is rebuilt by the workers, and can be followed', async () => {
  await fold('a', 'b');
  await Promise.all(workers.splice(0).map((one) => one.stop()));
  await sql`UPDATE workflows SET duration_ms = 1`;
  expect(await wm('rebuild', '--env', 'test', '--service', 'shop', '--workflow', 'a', '--detach')).toMatchObject({
    code: 0,
    stdout: '1 workflow to be rebuilt. Live events come first.\n',
  });
  const interrupted = startWm(['rebuild'], { DATABASE_URL: database.url });
  await waitFor('the progress', async () => interrupted.stderr().includes('0 of 2 rebuilt'));
  interrupted.kill('SIGINT');
  expect(await interrupted.ended).toBe(130);
  expect(interrupted.stdout()).toContain('2 workflows left. The workers go on');
  await worker();
  expect(await wm('rebuild', '--follow')).toMatchObject({ code: 0 });
  expect(await wm('verify')).toMatchObject({ code: 0 });
});

test('--stale asks for rows of other versions only', async () => {
  await fold('a', 'b');
  await sql`UPDATE workflows SET projection_version = ${PROJECTION_VERSION + 1} WHERE workflow_id = 'b'`;
  const { code, stdout } = await wm('rebuild', '--stale');
  expect(stdout).toMatch(/^1 workflow to be rebuilt/);
  expect(code).toBe(0);
  expect(await sql`SELECT DISTINCT projection_version FROM workflows`).toEqual([
    { projection_version: PROJECTION_VERSION },
  ]);
});

test('what cannot be rebuilt is named with its error', async () => {
  await fold('a');
  await sql`
    INSERT INTO rebuild_requests (env, service_key, workflow_id, reason, incomplete, failures, error, not_before)
    VALUES ('test', 'shop', 'stuck', 'command', false, 3, 'some error', 'infinity')`;
  const { code, stdout } = await wm('rebuild', '--follow');
  expect(stdout).toContain('1 could not be rebuilt and is tried again every few minutes');
  expect(stdout).toContain('test/shop/stuck: some error');
  expect(code).toBe(1);
});

test.each([
  [['--workflow', 'a'], '--workflow takes --env and --service'],
  [['--since', 'yesterday'], '--since takes a time'],
  [['--detach', '--follow'], 'exclude each other'],
])('options that make no sense are refused: %j', async (args, message) => {
  await expect(rebuildCommand(args)).rejects.toThrow(message);
});
