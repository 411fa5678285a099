/** What is acknowledged is projected within ten seconds, whatever dies in between. */
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, hasRedisServer, queueBackends, startRedisServer, waitFor } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { drained, forkWorker, openIngest } from '../support/pipeline.ts';
import type { Ingest, Target, WorkerProcess } from '../support/pipeline.ts';
import { smallWorkflow } from '../support/small-workflow.ts';
import { storedRuns } from '../support/stored-runs.ts';

// Each test starts and stops processes, and those take their time to give up on a Redis that is not there.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const WITHIN_MS = 10_000;
const KEY = { env: 'test', serviceKey: 'faults', workflowId: 'one' };

let database: TestDatabase;
let sql: Sql;
/** What a test started, ended after it. */
let running: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'test', max: 4 });
});

afterEach(async () => {
  await Promise.allSettled(running.map((stop) => stop()));
  running = [];
  await sql.end({ timeout: 5 });
  await database.drop();
});

async function ingestOn(target: Target): Promise<Ingest> {
  const ingest = await openIngest(target);
  running.push(() => ingest.stop());
  return ingest;
}

async function workerOn(target: Target): Promise<WorkerProcess> {
  const worker = await forkWorker(target);
  running.push(() => worker.stop());
  return worker;
}

const { event, begun: first, ended: second } = smallWorkflow(KEY);

async function projected(status: string): Promise<void> {
  await waitFor(
    `the workflow to be ${status}`,
    async () => (await storedRuns(sql, KEY))[0]?.row.status === status,
    WITHIN_MS,
  );
}

// Where no Redis can be had the testkit says so, and with CI set it is an error.
const withRedis = hasRedisServer() ? ['with Redis stopped'] : [];

describe.each(withRedis)('%s', () => {
  test('a request is answered 202 and projected, and so is one after Redis came back empty', async () => {
    const redis = await startRedisServer();
    running.push(() => redis.stop());
    const target = { databaseUrl: database.url, redisUrl: redis.url };
    const ingest = await ingestOn(target);
    await workerOn(target);
    expect(await ingest.post(first)).toMatchObject({ accepted: 2, duplicates: 0, quarantined: [] });
    await projected('running');

    await redis.stop();
    expect(await ingest.post(second)).toMatchObject({ accepted: 2, duplicates: 0, quarantined: [] });
    await projected('completed');

    const again = await startRedisServer(Number(new URL(redis.url).port));
    running.push(() => again.stop());
    expect(await ingest.post([event('workflow.started', 10)])).toMatchObject({ accepted: 1 });
    await waitFor('the second run', async () => (await storedRuns(sql, KEY)).length === 2, WITHIN_MS);
  });

  test('services that start while it is stopped work all the same', async () => {
    const redis = await startRedisServer();
    await redis.stop();
    const target = { databaseUrl: database.url, redisUrl: redis.url };
    const [ingest] = await Promise.all([ingestOn(target), workerOn(target)]);
    expect(await ingest.post([...first, ...second])).toMatchObject({ accepted: 4 });
    await projected('completed');
  });
});

describe.each(queueBackends())('queue on $name', ({ redisUrl }) => {
  test('a worker killed in the middle of a drain: another does its work', async () => {
    const target = { databaseUrl: database.url, redisUrl };
    const ingest = await ingestOn(target);
    const doomed = await workerOn(target);
    // Nobody can write the table while this is held: the drain has read, folded and waits at its first write.
    const blocker = createSql(database.url, { applicationName: 'test blocker', max: 1, idleInTransactionTimeoutMs: 0 });
    running.push(() => blocker.end({ timeout: 1 }));
    await blocker.begin(async (tx) => {
      await tx`LOCK TABLE workflows IN SHARE MODE`;
      await ingest.post([...first, ...second]);
      await waitFor('a drain to wait for the table', async () => {
        const [row] = await sql<{ waiting: number }[]>`
          SELECT count(*) AS waiting FROM pg_locks WHERE relation = 'workflows'::regclass AND NOT granted`;
        return (row?.waiting ?? 0) > 0;
      });
      await doomed.kill();
    });
    await workerOn(target);
    await projected('completed');
    await drained(sql);
    const [run, ...more] = await storedRuns(sql, KEY);
    expect(more).toEqual([]);
    expect(run?.row).toMatchObject({ eventCount: 4, completedSteps: ['a'], durationMs: 3000 });
  });

  test('a queue that forgot everything: the sweeper finds the events', async () => {
    const target = { databaseUrl: database.url, redisUrl };
    const ingest = await ingestOn({ ...target, redisUrl: 'redis://127.0.0.1:1' });
    expect(await ingest.post([...first, ...second])).toMatchObject({ accepted: 4 });
    await workerOn(target);
    await projected('completed');
  });
});
