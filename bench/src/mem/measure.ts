/** One run: find the sustainable rate, keep it up, look at the processes meanwhile and at the disk afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { createWakeUps, prepareQueue, queueTarget } from '@wm/queue';
import { createSql, migrate } from '@wm/store';
import type { Sql } from '@wm/store';
import { eventCount } from '../measurement.ts';
import { drained, expectProjected } from '../pipeline/pipeline.ts';
import { postAll, prepare } from '../pipeline/post.ts';
import { builtProgram, startServiceProcess } from '../pipeline/service-process.ts';
import type { ServiceProcess } from '../pipeline/service-process.ts';
import { watchWriting } from '../scale/database-work.ts';
import type { DatabaseWork } from '../scale/database-work.ts';
import { createWorkload } from '../workload.ts';
import { redisDataBytes } from './redis-memory.ts';
import { watchMemory } from './resident-memory.ts';
import type { Memory } from './resident-memory.ts';
import { readStoredBytes } from './stored-bytes.ts';
import type { StoredPart } from './stored-bytes.ts';

export interface MemOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  readonly postgresPid: number;
  readonly redis: { readonly url: string; readonly pid: number };
  /** How long the load is kept up. */
  readonly seconds: number;
  /** Events of the burst that tells the sustainable rate. */
  readonly burst: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface MemFigures {
  /** Events per second that were taken in and projected. */
  readonly rate: number;
  readonly events: number;
  /** Most events that waited at once. */
  readonly mostPending: number;
  readonly memory: Readonly<Record<'ingest' | 'worker' | 'api' | 'postgres' | 'redis', Memory>>;
  readonly stored: readonly StoredPart[];
  readonly work: DatabaseWork;
  readonly queue: QueueFigures;
}

/** What Redis holds where no worker takes the wake-ups. */
interface QueueFigures {
  readonly bytesPerWaitingJob: number;
  /** A job tells of all that was committed together. */
  readonly eventsPerJob: number;
}

interface Services {
  readonly ingest: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly api: ServiceProcess;
}

const READ_EVERY_MS = 200;
const QUEUED_EVENTS = 20_000;

export async function measureMemory(options: MemOptions): Promise<MemFigures> {
  const { databaseUrl, redis } = options;
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(queueTarget({ databaseUrl, redisUrl: redis.url }));
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
  const [ingest, worker, api] = await Promise.all([
    startServiceProcess('ingest', env, builtProgram('ingest')),
    startServiceProcess('worker', env, builtProgram('worker')),
    startServiceProcess('api', env, builtProgram('api')),
  ]);
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 2 });
  try {
    return await underLoad(sql, { ingest, worker, api }, options);
  } finally {
    await Promise.all([ingest, worker, api].map((process) => process.stop()));
    await sql.end();
  }
}

async function underLoad(sql: Sql, services: Services, options: MemOptions): Promise<MemFigures> {
  const { seed, burst, seconds, say, redis, postgresPid } = options;
  const { ingest, worker, api } = services;
  const sustainable = await burstRate(sql, ingest.url, seed, burst);
  say(`${sustainable.toFixed(0)} events/s are sustainable; making ${seconds} seconds of them …`);
  const { measured } = createWorkload(seed + 1, Math.round(sustainable * seconds));
  const requests = prepare(measured);
  const events = eventCount(measured);
  const already = await countEvents(sql);
  say(`Keeping that up …`);
  const workOf = await watchWriting(sql);
  const ofMemory = watchMemory({
    ingest: { pid: ingest.pid },
    worker: { pid: worker.pid },
    api: { pid: api.pid },
    postgres: { pid: postgresPid, tree: true },
    redis: { pid: redis.pid },
  });
  const begun = performance.now();
  const posting = postAll(ingest.url, requests, requests.length / seconds);
  const mostPending = await readMeanwhile(sql, api.url, posting);
  await drained(sql);
  const rate = events / ((performance.now() - begun) / 1_000);
  const memory = ofMemory();
  const work = await workOf(events);
  say('Reading what it left on disk …');
  await sql`VACUUM (ANALYZE)`;
  const stored = await readStoredBytes(sql, already + events);
  say('Verifying …');
  await expectProjected(sql, already + events);
  const queue = await measureQueue(services, options);
  return { rate, events, mostPending, memory, stored, work, queue };
}

/** As fast as ingest takes them, until the last one is projected. */
async function burstRate(sql: Sql, url: string, seed: number, leastEvents: number): Promise<number> {
  const { warmUp, measured } = createWorkload(seed, leastEvents);
  await postAll(url, prepare(warmUp));
  await drained(sql);
  const requests = prepare(measured);
  const begun = performance.now();
  await postAll(url, requests);
  await drained(sql);
  return eventCount(measured) / ((performance.now() - begun) / 1_000);
}

/** The api is asked as a page in a browser asks it. Resolves to the most events that waited at once. */
async function readMeanwhile(sql: Sql, apiUrl: string, posting: Promise<unknown>): Promise<number> {
  let mostPending = 0;
  const posted = new AbortController();
  const whole = posting.finally(() => posted.abort());
  const read = async (): Promise<void> => {
    while (!posted.signal.aborted) {
      for (const path of ['/v1/workflows', '/v1/pipeline']) {
        const answer = await fetch(new URL(path, apiUrl));
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`The api answered ${answer.status} to ${path}: this run measures nothing.`);
      }
      const [row] = await sql<[{ pending: number }]>`SELECT count(*) AS pending FROM pending_events`;
      mostPending = Math.max(mostPending, row.pending);
      await pause(READ_EVERY_MS);
    }
  };
  await Promise.all([whole, read()]);
  return mostPending;
}

/** With no worker there, what Redis holds for each job that waits. */
async function measureQueue(
  { ingest, worker }: Services,
  { databaseUrl, redis, seed }: MemOptions,
): Promise<QueueFigures> {
  await worker.stop();
  const { measured } = createWorkload(seed + 2, QUEUED_EVENTS);
  const queue = createWakeUps(queueTarget({ databaseUrl, redisUrl: redis.url }), { onError: () => {} });
  try {
    const before = await redisDataBytes(redis.url);
    await postAll(ingest.url, prepare(measured));
    const after = await redisDataBytes(redis.url);
    const waiting = (await queue.counts())?.waiting;
    if (waiting === undefined) throw new Error('The queue did not tell how many jobs wait. Nothing was measured.');
    return { bytesPerWaitingJob: (after - before) / waiting, eventsPerJob: eventCount(measured) / waiting };
  } finally {
    await queue.close();
  }
}

async function countEvents(sql: Sql): Promise<number> {
  const [row] = await sql<[{ events: number }]>`SELECT count(*) AS events FROM workflow_events`;
  return row.events;
}
