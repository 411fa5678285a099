/** Connections to either backend, and the BullMQ objects on them. */
import { Queue, Worker, createPostgresBackend } from 'bullmq';
import type { BackendFactory, PostgresConnectionOptions, PostgresQueueBackend, Processor, WorkerOptions } from 'bullmq';
import type { QueueTarget } from './target.ts';
import { libpqAddress, redisTls } from './tls.ts';
import type { WakeUp } from './wake-up.ts';

/** Braces, so that Redis Cluster keeps all keys of the queue on one node. */
const PREFIX = '{wm}';
export const SCHEMA = 'bullmq';

/** What both backends' queues have in common and is used here. */
export type WakeUpQueue = Pick<Queue<WakeUp, void>, 'addBulk' | 'getJobCounts' | 'waitUntilReady' | 'close'>;
export type WakeUpWorker = Pick<Worker<WakeUp, void>, 'waitUntilReady' | 'close'>;

/**
 * A queue to add wake-ups to. Commands fail at once while Redis is away: with the offline queue a POST hung for more
 * than four seconds. No command outlives `commandTimeoutMs`.
 */
export function openQueue(target: QueueTarget, commandTimeoutMs: number, onError: (error: Error) => void): WakeUpQueue {
  const options = { prefix: PREFIX, streams: { events: { maxLen: 100 } } };
  if (target.backend === 'redis') {
    const connection = {
      url: target.redisUrl,
      ...redisTls(target.redisUrl),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandTimeoutMs,
      retryStrategy: reconnectAfter,
    };
    const queue = new Queue<WakeUp, void>(target.queueName, { ...options, connection });
    queue.on('error', onError);
    return queue;
  }
  const connection = { ...postgresConnection(target.databaseUrl), max: 4, query_timeout: commandTimeoutMs };
  const queue = new Queue(target.queueName, { ...options, connection }, createPostgresBackend);
  queue.on('error', onError);
  return queue;
}

/** A worker on the queue. It connects again by itself, for as long as it takes. */
export function openWorker(
  target: QueueTarget,
  process: Processor<WakeUp, void>,
  concurrency: number,
  onError: (error: Error) => void,
): WakeUpWorker {
  const options: Omit<WorkerOptions, 'connection'> = {
    prefix: PREFIX,
    concurrency,
    // A killed worker's jobs are taken over after this time. The sweeper is faster; this only tidies up.
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 100,
    runRetryDelay: 500,
  };
  if (target.backend === 'redis') {
    const connection = {
      url: target.redisUrl,
      ...redisTls(target.redisUrl),
      maxRetriesPerRequest: null,
      retryStrategy: reconnectAfter,
    };
    const worker = new Worker<WakeUp, void>(target.queueName, process, { ...options, connection });
    worker.on('error', onError);
    return worker;
  }
  const connection = { ...postgresConnection(target.databaseUrl), max: 8 };
  const worker = new Worker(target.queueName, process, { ...options, connection }, createPacedBackend);
  worker.on('error', onError);
  return worker;
}

const FAILURE_PAUSE_MS = 250;

/**
 * BullMQ pauses before it asks a Redis that is away again, but takes most errors of a PostgreSQL that is away for other
 * errors and asks at once: 3,400 times a second, measured. Here a failed question takes its time.
 */
const createPacedBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (name, options, more) => {
  const backend = createPostgresBackend(name, options, more);
  const moveToActive = backend.moveToActive.bind(backend);
  const waitForJob = backend.waitForJob.bind(backend);
  backend.moveToActive = (...question) => moveToActive(...question).catch(afterPause);
  backend.waitForJob = (...question) => waitForJob(...question).catch(afterPause);
  return backend;
};

async function afterPause(error: unknown): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, FAILURE_PAUSE_MS));
  throw error;
}

/** A wake-up need not survive a crash of PostgreSQL, so its commits do not wait for the disk. */
function postgresConnection(databaseUrl: string) {
  return {
    connectionString: libpqAddress(databaseUrl),
    schema: SCHEMA,
    connectionTimeoutMillis: 2_000,
    application_name: 'wm-queue',
    options: '-c synchronous_commit=off',
  };
}

/** Milliseconds before the next try to reach Redis. */
function reconnectAfter(attempt: number): number {
  return Math.min(1_000, attempt * 100);
}
