/** Where the queue lives. */

/** Redis in production; PostgreSQL, beside our own tables, where there is no Redis. */
export type QueueTarget = { queueName: string } & (
  | { backend: 'redis'; redisUrl: string }
  | { backend: 'postgres'; databaseUrl: string }
);

/** The one queue of the catalogue: wake-ups for workflows with pending events. */
const WAKE_UPS = 'wake-ups';

/** @param queueName another name isolates a test */
export function queueTarget(options: {
  databaseUrl: string;
  redisUrl: string | null;
  queueName?: string;
}): QueueTarget {
  const { databaseUrl, redisUrl, queueName = WAKE_UPS } = options;
  return redisUrl === null
    ? { backend: 'postgres', databaseUrl, queueName }
    : { backend: 'redis', redisUrl, queueName };
}
