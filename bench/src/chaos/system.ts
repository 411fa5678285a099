/** All real processes of a run. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECTION_VERSION } from '@wm/projection';
import { createWakeUps, prepareQueue, queueTarget } from '@wm/queue';
import type { WakeUps } from '@wm/queue';
import { createRandom } from '@wm/simulator';
import { createSql, migrate } from '@wm/store';
import type { Sql } from '@wm/store';
import { makeBrokenWorker } from './broken.ts';
import type { Broken } from './broken.ts';
import { KeptService, ROOT } from './kept-service.ts';
import { freePort } from '../ports.ts';
import { makeNextVersion } from '../next-version/next-version.ts';
import type { NextVersion } from '../next-version/next-version.ts';
import { PostgresServer } from './postgres-server.ts';
import { RedisServer } from './redis-server.ts';
import type { Backend } from './schedule.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import type { TcpProxy } from './tcp-proxy.ts';

export const INGESTS = ['ingest-1', 'ingest-2'] as const;
export const WORKERS = ['worker-1', 'worker-2', 'worker-3'] as const;
/** Of the next version of the fold; they drain while that one is in force. */
export const NEXT_WORKERS = ['next-worker-1', 'next-worker-2'] as const;
/** How the harness names its own connections. */
export const HARNESS = 'wm-chaos';

export interface System {
  readonly postgres: PostgresServer;
  /** null: the queue lives in PostgreSQL. */
  readonly redis: RedisServer | null;
  /** By name. */
  readonly services: ReadonlyMap<string, KeptService>;
  readonly next: NextVersion;
  /** Runs of workflows that stood by the next version when it was rolled back, all deploys together. */
  foldedByNext: number;
  /** In front of the ingest services. */
  readonly proxy: TcpProxy;
  /** The harness's own connections. */
  readonly sql: Sql;
  readonly queue: WakeUps;
}

export interface SystemOptions {
  readonly folder: string;
  readonly backend: Backend;
  readonly seed: number;
  readonly broken: Broken | null;
}

/** What is to be ended, last one first. */
export class Cleanup {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}

/** Starts everything and resolves when all of it is ready. What was started is put on `cleanup`, also where this fails. */
export async function startSystem(options: SystemOptions, cleanup: Cleanup): Promise<System> {
  const { folder, backend, seed, broken } = options;
  const postgres = await PostgresServer.start(path.join(folder, 'data'));
  cleanup.add(() => postgres.remove());
  const redis = backend === 'redis' ? await RedisServer.start(path.join(folder, 'redis')) : null;
  if (redis !== null) cleanup.add(() => redis.kill());

  const target = queueTarget({ databaseUrl: postgres.url, redisUrl: redis?.url ?? null });
  await migrate(postgres.url, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(target);
  const sql = createSql(postgres.url, { applicationName: HARNESS, max: 6 });
  cleanup.add(() => sql.end());
  const queue = createWakeUps(target, { timeoutMs: 2_000, onError: () => {} });
  cleanup.add(() => queue.close());

  const ports = await Promise.all(INGESTS.map(() => freePort()));
  const worker = broken === null ? programOf('worker') : makeBrokenWorker(broken, path.join(folder, 'broken'));
  const next = makeNextVersion(path.join(folder, 'next'));
  const logs = path.join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const env = {
    HOST: '127.0.0.1',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis?.url ?? '',
    AUTH: 'off',
    LOG_LEVEL: 'info',
    WORKER_PORT: '0',
  };
  const service = (name: string, entry: string, more: Record<string, string> = {}): KeptService =>
    new KeptService({ name, entry, env: { ...env, ...more }, logFile: path.join(logs, `${name}.log`) });
  const services = [
    ...INGESTS.map((name, index) => service(name, programOf('ingest'), { INGEST_PORT: String(ports[index]) })),
    ...WORKERS.map((name) => service(name, worker)),
    ...NEXT_WORKERS.map((name) => service(name, next.programOf('worker'))),
  ];
  cleanup.add(async () => void (await Promise.all(services.map((one) => one.end()))));
  await Promise.all(services.map((one) => one.start()));
  const proxy = await startTcpProxy(ports, createRandom('proxy', seed));
  cleanup.add(() => proxy.close());
  return {
    postgres,
    redis,
    services: new Map(services.map((one) => [one.name, one])),
    next,
    foldedByNext: 0,
    proxy,
    sql,
    queue,
  };
}

function programOf(app: 'ingest' | 'worker'): string {
  return path.join(ROOT, 'apps', app, 'src/main.ts');
}

/** Ends at once what still runs, where the harness itself has to go at once. */
export function killAll({ postgres, redis, services }: System): void {
  const pids = [...[...services.values()].map(({ pid }) => pid), redis?.pid];
  for (const pid of pids) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has gone already.
    }
  }
  postgres.kill();
}
