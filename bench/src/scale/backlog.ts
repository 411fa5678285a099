/** How fast a prepared backlog is drained by one worker process and by several. */
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { createSql, migrate } from '@wm/store';
import type { Sql } from '@wm/store';
import { setTimeout as pause } from 'node:timers/promises';
import { drained, expectNoDifference } from '../pipeline/pipeline.ts';
import { postAll, prepare } from '../pipeline/post.ts';
import { microsPerEvent, timed } from '../pipeline/processor-time.ts';
import { builtProgram, startServiceProcess } from '../pipeline/service-process.ts';
import type { ServiceProcess } from '../pipeline/service-process.ts';
import { createWorkload } from '../workload.ts';
import type { SharedServers } from './growth.ts';

export interface BacklogOptions extends SharedServers {
  /** An empty database. */
  readonly databaseUrl: string;
  readonly workers: number;
  readonly seed: number;
  /** Events that wait, at least. */
  readonly events: number;
}

export interface DrainCost {
  readonly eventsPerSecond: number;
  /** Processor time per event, microseconds: all worker processes together, PostgreSQL, Redis. */
  readonly workerUs: number;
  readonly postgresUs: number;
  readonly redisUs: number;
}

const GATE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

/**
 * The workers are started and warm. While the backlog is posted another version of the rules is in force, so that they leave it alone; they look every
 * three seconds, so that the measurement begins when the last of them has opened, and takes what is left then.
 */
export async function measureBacklog(options: BacklogOptions): Promise<DrainCost> {
  const { databaseUrl, redis, workers } = options;
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(queueTarget({ databaseUrl, redisUrl: redis.url }));
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
  const processes = await Promise.all([
    startServiceProcess('ingest', env, builtProgram('ingest')),
    ...Array.from({ length: workers }, () => startServiceProcess('worker', env, builtProgram('worker'))),
  ]);
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 1 });
  try {
    const [ingest, ...drains] = processes;
    return await drainBacklog(sql, ingest, drains, options);
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await sql.end();
  }
}

async function drainBacklog(
  sql: Sql,
  ingest: ServiceProcess,
  drains: readonly ServiceProcess[],
  { postgresPid, redis, workers, seed, events }: BacklogOptions,
): Promise<DrainCost> {
  const workload = createWorkload(seed, events);
  // Each worker is to have compiled its code.
  for (let turn = 0; turn < workers; turn += 1) {
    const { warmUp } = turn === 0 ? workload : createWorkload(seed + turn * 1_000, 1);
    await postAll(ingest.url, prepare(warmUp));
    await drained(sql);
  }
  await setVersion(sql, PROJECTION_VERSION + 1);
  await gates(drains, false);
  await postAll(ingest.url, prepare(workload.measured));
  await sql`VACUUM (ANALYZE)`;
  await sql`CHECKPOINT`;
  await setVersion(sql, PROJECTION_VERSION);
  await gates(drains, true);
  const [{ left }] = await sql<[{ left: number }]>`SELECT count(*) AS left FROM pending_events`;
  if (left < events / 3)
    throw new Error(`Only ${left} of ${events} events were left when all workers had begun. Give more --backlog.`);
  const pids = { worker: drains.map(({ pid }) => pid), postgres: [postgresPid], redis: [redis.pid] };
  const { seconds, processor } = await timed(pids, () => drained(sql));
  await expectNoDifference(sql);
  const us = microsPerEvent(processor, left);
  return { eventsPerSecond: left / seconds, workerUs: us.worker, postgresUs: us.postgres, redisUs: us.redis };
}

async function setVersion(sql: Sql, version: number): Promise<void> {
  await sql`UPDATE projection_target SET version = ${version}, changed_at = now()`;
}

/** Waits until every worker has noticed which version is in force. */
async function gates(workers: readonly ServiceProcess[], open: boolean): Promise<void> {
  const until = performance.now() + GATE_WITHIN_MS;
  for (const { url } of workers) {
    while ((await fetch(new URL('/readyz', url))).ok !== open) {
      if (performance.now() > until) throw new Error('A worker did not notice which version of the rules is in force.');
      await pause(LOOK_EVERY_MS);
    }
  }
}
