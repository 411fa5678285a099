/** PostgreSQL, a queue, one ingest and one worker as processes of their own; ways to load a run and to wait for it. */
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { createWakeUps, prepareQueue, queueTarget } from '@wm/queue';
import type { WakeUps } from '@wm/queue';
import { createSql, insertEvents, inTransaction, migrate, pinPlans } from '@wm/store';
import type { Sql } from '@wm/store';
import { drained } from '../pipeline/pipeline.ts';
import { openConnection } from '../pipeline/connection.ts';
import type { Connection } from '../pipeline/connection.ts';
import { startPostgres } from '../pipeline/postgres.ts';
import { processorMs } from '../pipeline/processor-time.ts';
import { startRedis } from '../pipeline/redis.ts';
import { builtProgram, startServiceProcess } from '../pipeline/service-process.ts';
import { storable } from './long-run.ts';
import type { RawEvent } from './long-run.ts';

/** Milliseconds of processor time so far. */
export interface CpuTimes {
  readonly ingest: number;
  readonly worker: number;
  readonly postgres: number;
}

export interface Surroundings {
  readonly sql: Sql;
  readonly queue: 'redis' | 'postgres';
  readonly cpu: () => CpuTimes;
  /** Puts events in and resolves when they are folded and what that left behind is vacuumed: not measured. */
  load(events: readonly RawEvent[]): Promise<void>;
  /** Sends one request and resolves with its answer. */
  post(events: readonly RawEvent[]): Promise<void>;
  /** Resolves when the runs of the workflow hold so many events. */
  readable(workflowId: string, events: number): Promise<void>;
  /** Resolves when nothing is pending. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const BATCH = 1_000;
const LOOK_EVERY_MS = 2;
const STUCK_AFTER_MS = 120_000;

export async function startSurroundings(): Promise<Surroundings> {
  const server = await startPostgres();
  const redis = await startRedis();
  const target = queueTarget({ databaseUrl: server.url, redisUrl: redis?.url ?? null });
  await migrate(server.url, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(target);
  const sql = createSql(server.url, { applicationName: 'wm-bench', max: 1 });
  // It would fold the long run once a second beside what is measured.
  await sql`UPDATE workflow_walks SET next_at = 'infinity' WHERE name = 'verify'`;
  const env = { DATABASE_URL: server.url, REDIS_URL: redis?.url ?? '' };
  const [ingest, worker] = await Promise.all([
    startServiceProcess('ingest', env, builtProgram('ingest')),
    startServiceProcess('worker', env, builtProgram('worker')),
  ]);
  const wakeUps = createWakeUps(target, { timeoutMs: 2_000, onError: () => {} });
  // The benchmark's own session only looks whether something has become readable.
  const [own] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
  const { hostname, port } = new URL(ingest.url);
  let connection: Connection | null = null;
  return {
    sql,
    queue: redis === null ? 'postgres' : 'redis',
    cpu: () => ({
      ingest: processorMs(ingest.pid),
      worker: processorMs(worker.pid),
      postgres: processorMs(server.pid, own.pid),
    }),
    load: (events) => load(sql, wakeUps, events),
    async post(events) {
      connection ??= await openConnection(hostname, Number(port));
      const status = await connection.post(JSON.stringify({ events }));
      if (status !== 202) throw new Error(`The ingest service answered ${status}: this run measures nothing.`);
    },
    readable: (workflowId, events) => readable(sql, workflowId, events),
    settled: () => drained(sql, STUCK_AFTER_MS),
    async stop() {
      connection?.close();
      await Promise.all([ingest.stop(), worker.stop()]);
      await wakeUps.close();
      await sql.end({ timeout: 5 });
      await redis?.stop();
      await server.stop();
    },
  };
}

async function load(sql: Sql, wakeUps: WakeUps, events: readonly RawEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = storable(events.slice(from, from + BATCH));
    await inTransaction(sql, (tx) => Promise.all([pinPlans(tx), insertEvents(tx, batch)]));
  }
  const [first] = storable(events.slice(0, 1));
  await wakeUps.wake([{ key: first! }]);
  await drained(sql, STUCK_AFTER_MS);
  // A run as long as this has gone on for hours: what its events left was vacuumed. Else that falls into the measurement.
  await sql`VACUUM (ANALYZE)`;
  await sql`CHECKPOINT`;
}

async function readable(sql: Sql, workflowId: string, events: number): Promise<void> {
  const until = performance.now() + STUCK_AFTER_MS;
  while (performance.now() < until) {
    const [row] = await sql<[{ events: number }]>`
      SELECT coalesce(sum(event_count), 0)::integer AS events FROM workflows
      WHERE env = 'bench' AND service_key = 'long-runs' AND workflow_id = ${workflowId}`;
    if (row.events >= events) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`Not all ${events} events were readable within ${STUCK_AFTER_MS} ms. This run measured nothing.`);
}

/** What an idle second of each process costs: sweeps, metrics, upkeep. Milliseconds of processor time. */
export async function idleSecond({ cpu }: Surroundings): Promise<CpuTimes> {
  const seconds = 3;
  const before = cpu();
  await pause(seconds * 1_000);
  return scaled(difference(cpu(), before), 1 / seconds);
}

export interface Cost {
  /** From the request to the rows, milliseconds. */
  readonly ms: number;
  /** Milliseconds of processor time beyond those of an idle system. */
  readonly cpu: CpuTimes;
}

/** Time for what goes on after the commit: collecting garbage, a checkpoint, vacuum. */
const AFTERMATH_MS = 300;

/** @param work resolves when what it sent is readable */
export async function costOf({ cpu }: Surroundings, idle: CpuTimes, work: () => Promise<void>): Promise<Cost> {
  const before = cpu();
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  await pause(AFTERMATH_MS);
  const elapsed = (ms + AFTERMATH_MS) / 1_000;
  return { ms, cpu: difference(difference(cpu(), before), scaled(idle, elapsed)) };
}

/** What the projection costs: the worker, and PostgreSQL with it. */
export function foldCpu({ worker, postgres }: CpuTimes): number {
  return worker + postgres;
}

function difference(after: CpuTimes, before: CpuTimes): CpuTimes {
  return {
    ingest: after.ingest - before.ingest,
    worker: after.worker - before.worker,
    postgres: after.postgres - before.postgres,
  };
}

function scaled({ ingest, worker, postgres }: CpuTimes, factor: number): CpuTimes {
  return { ingest: ingest * factor, worker: worker * factor, postgres: postgres * factor };
}
