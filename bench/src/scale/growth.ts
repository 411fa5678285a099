/** What one event costs in a store that holds so many workflows. */
import type { Sql } from '@wm/store';
import { eventCount } from '../measurement.ts';
import { drained, startPipeline } from '../pipeline/pipeline.ts';
import { postAll, prepare } from '../pipeline/post.ts';
import { microsPerEvent, timed } from '../pipeline/processor-time.ts';
import { createWorkload } from '../workload.ts';
import { watchWriting } from './database-work.ts';
import type { DatabaseWork } from './database-work.ts';

const WARM_UP_EVENTS = 8_000;

/** The servers that everything of a run shares. */
export interface SharedServers {
  readonly postgresPid: number;
  readonly redis: { readonly url: string; readonly pid: number };
}

export interface GrowthOptions extends SharedServers {
  /** A store, loaded and quiet. */
  readonly databaseUrl: string;
  readonly seed: number;
  /** Events measured, at least. */
  readonly events: number;
}

/** Per event. */
export interface EventCost extends DatabaseWork {
  readonly eventsPerSecond: number;
  /** Processor time, microseconds. */
  readonly ingestUs: number;
  readonly workerUs: number;
  readonly postgresUs: number;
  readonly redisUs: number;
  /** Ingest, worker and PostgreSQL together: what the bound is about. */
  readonly costUs: number;
}

/**
 * Posts new workflows as fast as ingest takes them, until they are projected. A checkpoint first, so that every measurement begins alike;
 * then a warm-up, so that code is compiled and connections and plans are there.
 */
export async function measureGrowth(options: GrowthOptions): Promise<EventCost> {
  const { databaseUrl, redis, postgresPid, seed, events } = options;
  const workload = createWorkload(seed, events, WARM_UP_EVENTS);
  const measured = prepare(workload.measured);
  const pipeline = await startPipeline({ databaseUrl, redisUrl: redis.url, workers: 1 });
  const { sql, ingestUrl, ingestPid, workerPids } = pipeline;
  try {
    await sql`CHECKPOINT`;
    await postAll(ingestUrl, prepare(workload.warmUp));
    await drained(sql);
    const workOf = await watchWriting(sql);
    const pids = { ingest: [ingestPid], worker: workerPids, postgres: [postgresPid], redis: [redis.pid] };
    const { seconds, processor } = await timed(pids, async () => {
      await postAll(ingestUrl, measured);
      await drained(sql);
    });
    const count = eventCount(workload.measured);
    const us = microsPerEvent(processor, count);
    return {
      eventsPerSecond: count / seconds,
      ingestUs: us.ingest,
      workerUs: us.worker,
      postgresUs: us.postgres,
      redisUs: us.redis,
      costUs: us.ingest + us.worker + us.postgres,
      ...(await workOf(count)),
    };
  } finally {
    await pipeline.stop();
  }
}

/**
 * Reads every index and the rollups once, so that they are in the system's memory as they are where a store has been in use.
 * Otherwise the disk is measured: an event of a new workflow looks into some thirty leaves of indexes, all of them cold.
 */
export async function warm(sql: Sql): Promise<void> {
  const files = await sql<{ file: string; bytes: number }[]>`
    SELECT pg_relation_filepath(oid) AS file, pg_relation_size(oid) AS bytes
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'i' OR relname LIKE 'rollup%' AND relkind = 'r')`;
  for (const { file, bytes } of files) {
    for (let segment = 0; segment * SEGMENT_BYTES < bytes; segment += 1) {
      const name = segment === 0 ? file : `${file}.${segment}`;
      for (let offset = 0; offset < SEGMENT_BYTES; offset += READ_BYTES) {
        const [row] = await sql<[{ read: number }]>`
          SELECT octet_length(pg_read_binary_file(${name}, ${offset}, ${READ_BYTES})) AS read`;
        if (row.read < READ_BYTES) break;
      }
    }
  }
}

/** PostgreSQL keeps a relation in files of this size. */
const SEGMENT_BYTES = 2 ** 30;
const READ_BYTES = 2 ** 26;

/** The work list is left full of rows that are gone; the next run is not to pay for them. */
export async function settle(sql: Sql): Promise<void> {
  await sql`VACUUM (ANALYZE) pending_events`;
}
