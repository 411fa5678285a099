import os from 'node:os';
import postgres from 'postgres';
import type { Sql } from 'postgres';
import { describeMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { startPostgres } from './pipeline/postgres.ts';
import { startRedis } from './pipeline/redis.ts';
import type { BenchRedis } from './pipeline/redis.ts';

/** What a benchmark runs on. */
export interface Servers {
  /** A connection that makes databases. */
  readonly admin: Sql;
  readonly postgresPid: number;
  /** null where the machine has none. */
  readonly redis: BenchRedis | null;
  readonly machine: Machine;
  readonly say: (line: string) => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Starts a PostgreSQL with default settings and a Redis for a benchmark, and ends them whatever comes. */
export async function withServers<T>(work: (servers: Servers) => Promise<T>): Promise<T> {
  const loadBefore = os.loadavg()[0]!;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say('Starting PostgreSQL and Redis for the benchmark …');
  const server = await startPostgres();
  const redis = await startRedis();
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  const release = async (): Promise<void> => {
    await admin.end({ timeout: 5 });
    await redis?.stop();
    await server.stop();
  };
  // PostgreSQL has a process group of its own, so that it would outlive a benchmark that is ended early.
  const interrupted = (): void => void release().finally(() => process.exit(130));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    const machine = await describeMachine(admin, loadBefore);
    return await work({ admin, postgresPid: server.pid, redis, machine, say });
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    await release();
  }
}
