/** Simulated traffic through ingest, queue and three worker processes, on both queue backends. */
import { createSql, verifyWorkflows } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, queueBackends } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drained, forkWorker, openIngest } from '../support/pipeline.ts';
import type { Ingest, WorkerProcess } from '../support/pipeline.ts';
import type { SimulatedEvent } from '@wm/simulator';
import { expectFoldOfAll, postTraffic } from '../support/traffic.ts';

const HOUR_MS = 3_600_000;

describe.each(queueBackends())('queue on $name', ({ redisUrl }) => {
  let database: TestDatabase;
  let sql: Sql;
  let ingest: Ingest;
  let workers: WorkerProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = createSql(database.url, { applicationName: 'test', max: 4 });
    const target = { databaseUrl: database.url, redisUrl };
    ingest = await openIngest(target);
    workers = await Promise.all([1, 2, 3].map(() => forkWorker(target)));
  });

  afterAll(async () => {
    await Promise.allSettled([ingest?.stop(), ...workers.map((worker) => worker.stop())]);
    await sql?.end({ timeout: 5 });
    await database?.drop();
  });

  const traffic = { rate: 500, flushAt: 6, delayedShare: 0.1, repeatedShare: 0.1, small: true };

  async function expectAllProjected(sent: readonly SimulatedEvent[]): Promise<void> {
    await drained(sql);
    const distinct = new Set(sent.map((event) => event.eventId)).size;
    const [log] = await sql<{ stored: number; open: number; failed: number }[]>`
      SELECT count(*) AS stored, count(*) FILTER (WHERE NOT processed) AS open,
             count(*) FILTER (WHERE processing_error IS NOT NULL) AS failed
      FROM workflow_events WHERE env = ${sent[0]!.env}`;
    expect(log).toEqual({ stored: distinct, open: 0, failed: 0 });
    await expectFoldOfAll(sql, sent);
    const found: unknown[] = [];
    const report = await verifyWorkflows(sql, { onDifference: (difference) => found.push(difference) });
    expect(found).toEqual([]);
    expect(report).toMatchObject({ differences: 0, unprocessed: 0 });
    expect(report.workflows).toBeGreaterThan(100);
  }

  test('every workflow ends as one fold of its events says', async () => {
    const sent = await postTraffic(ingest, {
      ...traffic,
      seed: 41,
      workflows: 200,
      environments: ['calm'],
      startAt: Date.now() - HOUR_MS,
    });
    await expectAllProjected(sent);
  }, 120_000);

  test('and so it does while workers are killed and replaced', async () => {
    const posting = new AbortController();
    let killed = 0;
    const reaper = async (): Promise<void> => {
      while (!posting.signal.aborted) {
        const victim = workers.shift()!;
        await victim.kill();
        killed += 1;
        workers.push(await forkWorker({ databaseUrl: database.url, redisUrl }));
      }
    };
    const reaping = reaper();
    const sent = await postTraffic(ingest, {
      ...traffic,
      seed: 43,
      workflows: 200,
      environments: ['stormy'],
      startAt: Date.now() - HOUR_MS,
    }).finally(() => posting.abort());
    await reaping;
    expect(killed).toBeGreaterThan(0);
    await expectAllProjected(sent);
  }, 120_000);
});
