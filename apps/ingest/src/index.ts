import { createWakeUps, queueTarget } from '@wm/queue';
import {
  addPoolMetrics,
  clientAddress,
  NO_TRACING,
  RareLog,
  refuseOpenHost,
  serveHttp,
  watchAuthFailures,
} from '@wm/runtime';
import type { Logger, Registry, Tracing } from '@wm/runtime';
import { insertEvents, KeyVerifier, quarantineEvents } from '@wm/store';
import { createApp } from './app.ts';
import { BytesInFlight } from './bytes-in-flight.ts';
import { Database } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { commitDeadline, DEFAULT_LIMITS } from './limits.ts';
import type { IngestLimits } from './limits.ts';
import { createIngestMetrics } from './metrics.ts';
import type { IngestMetrics } from './metrics.ts';
import type { EventStore } from './store-events.ts';
import { Turns } from './turns.ts';
import { WorkerWaker } from './wake-workers.ts';

export interface IngestOptions {
  databaseUrl: string;
  /** null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** off: no keys, on loopback only. */
  auth: 'on' | 'off';
  /** Proxies whose X-Forwarded-For is believed: addresses and networks. */
  trustedProxies?: readonly string[];
  logger: Logger;
  registry: Registry;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
  limits?: Partial<IngestLimits>;
}

/** Beside the groups: keys, the quarantine, readiness. */
const FURTHER_CONNECTIONS = 4;
const SHORT_QUERY_MS = 3_000;

const QUARANTINE_IS_FULL =
  'The quarantine is full. Rejected events keep their entry, their reason and the beginning of their text, and cannot be redriven as they are. Look at what is rejected with `wm quarantine list`, then redrive or discard it: that makes room.';

/**
 * Starts the ingest service. It starts and serves whether or not PostgreSQL and the queue can be reached; /readyz says so.
 *
 * @throws where the address cannot be had, or AUTH is off on an address that others reach
 */
export async function startIngest(options: IngestOptions): Promise<{ url: string; stop: () => Promise<void> }> {
  const { databaseUrl, redisUrl, host, port, auth, logger, registry, tracing = NO_TRACING } = options;
  refuseOpenHost(auth, host);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const database = new Database(databaseUrl, limits.groupsAtOnce + FURTHER_CONNECTIONS);
  const bytesInFlight = new BytesInFlight(limits.bytesInFlight, limits.roomWaitMs);
  const metrics = createIngestMetrics(registry, () => bytesInFlight.used);
  addPoolMetrics(registry, () => ({ events: database.use() }));
  const keys = auth === 'off' ? null : createVerifier(database, registry, logger);
  const wakeUps = createWakeUps(queueTarget({ databaseUrl, redisUrl }), {
    timeoutMs: limits.wakeUpMs,
    onError: (error) => logger.debug({ error }, 'the queue has trouble'),
  });
  // Connects now, so that the first events after a start are woken as fast as all others.
  void wakeUps.counts();
  const waker = new WorkerWaker(wakeUps, { logger, tracing, onFailure: () => metrics.wakeUpFailures.inc() });
  const app = createApp({
    limits,
    bytesInFlight,
    turns: new Turns(limits.groupsAtOnce, limits.commitMs),
    door: { keys, addressOf: clientAddress(options.trustedProxies) },
    store: createStore(database, { limits, metrics, logger, tracing }),
    waker,
    metrics,
    registry,
    logger,
    tracing,
    ready: () => readiness(database),
  });
  const release = async (): Promise<void> => {
    await waker.close();
    await keys?.close();
    await database.close();
  };
  const server = await serveHttp({ fetch: app.fetch, host, port, portVariable: 'INGEST_PORT', logger }).catch(
    async (error: unknown) => {
      await release();
      throw error;
    },
  );
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await release();
    },
  };
}

function createVerifier(database: Database, registry: Registry, logger: Logger): KeyVerifier {
  return new KeyVerifier({
    query: (work) => database.run(work, SHORT_QUERY_MS),
    onTouchFailed: (error) => logger.debug({ error }, 'the use of a key could not be noted'),
    onFailure: watchAuthFailures(registry, logger),
  });
}

interface StoreOptions {
  limits: IngestLimits;
  metrics: IngestMetrics;
  logger: Logger;
  tracing: Tracing;
}

function createStore(database: Database, { limits, metrics, logger, tracing }: StoreOptions): EventStore {
  const log = new RareLog(logger);
  return {
    commit: new GroupCommit({
      limits,
      tracing,
      insert: async (events, timeoutMs) => {
        const stop = metrics.insertSeconds.startTimer();
        try {
          return await database.run((sql) => insertEvents(sql, events), timeoutMs);
        } finally {
          stop();
        }
      },
      onGroup: (requests, events) => {
        metrics.groupRequests.observe(requests);
        metrics.groupEvents.observe(events);
      },
    }),
    quarantine: async (events) => {
      const bytes = events.reduce((sum, event) => sum + event.raw.length, 0);
      const withoutRoom = await database.run(
        (sql) => quarantineEvents(sql, events, limits.quarantineBytes),
        commitDeadline(limits, bytes, events.length),
      );
      if (withoutRoom === 0) return;
      metrics.quarantineFull.inc(withoutRoom);
      log.warn({}, QUARANTINE_IS_FULL);
    },
  };
}

/** The queue is not asked: without it events are stored and acknowledged all the same. */
async function readiness(database: Database): Promise<string | null> {
  return database
    .run((sql) => sql`SELECT 1`, SHORT_QUERY_MS)
    .then(
      () => null,
      () => 'PostgreSQL does not answer. Requests get 503, and the trackers send them again.',
    );
}
