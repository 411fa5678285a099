import { inject } from 'vitest';
import './provided.ts';

export interface QueueBackend {
  name: 'postgres' | 'redis';
  /** null: the queue lives in the test's own PostgreSQL database. */
  redisUrl: string | null;
}

let calls = 0;

/**
 * The queue backends that a suite is to run on: PostgreSQL always, Redis where a server can be had. Every call, and so
 * every test file, gets a Redis database of its own number.
 */
export function queueBackends(): QueueBackend[] {
  const { redisUrl, redisDatabases } = inject('wm');
  const backends: QueueBackend[] = [{ name: 'postgres', redisUrl: null }];
  if (redisUrl === null) return backends;
  // Each test file runs in a worker with a number of its own; database 0 stays free for a person with redis-cli.
  const number = Number(process.env['VITEST_WORKER_ID'] ?? 0) * 16 + calls;
  calls += 1;
  const url = new URL(redisUrl);
  url.pathname = `/${1 + (number % (redisDatabases - 1))}`;
  return [...backends, { name: 'redis', redisUrl: url.href }];
}
