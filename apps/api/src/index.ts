import type { Queue } from 'bullmq';
import { createWakeUps, openBoardQueue, queueTarget } from '@wm/queue';
import {
  addGauge,
  addPoolMetrics,
  cameByHttps,
  clientAddress,
  NO_TRACING,
  refuseOpenHost,
  serveHttp,
  watchAuthFailures,
  type Logger,
  type Registry,
  type Tracing,
} from '@wm/runtime';
import { createSql, KeyVerifier, poolUse, readProjectionTarget, type Sql } from '@wm/store';
import { UsualDurations } from './active/expectations.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { createApi, OTHER_PATHS } from './app.ts';
import { addPipelineMetrics } from './metrics.ts';
import { PipelineReader } from './pipeline/pipeline-figures.ts';
import { StreamHub } from './stream/stream-hub.ts';
import { isAtOrBelow } from './web/base-path.ts';
import { BUILT_DASHBOARD } from './web/dashboard.ts';

export interface ApiOptions {
  databaseUrl: string;
  /** A replica that answers the reads; absent: the database itself. */
  databaseReadUrl?: string;
  /** null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** off: everyone may read and change everything. Only on loopback. */
  auth: 'on' | 'off';
  /** Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and networks. */
  trustedProxies?: readonly string[];
  /** Origins of pages of other sites that may read; absent: none. */
  corsOrigins?: readonly string[];
  /** For each key, on average over ten seconds; 100 where absent. */
  requestsPerSecond?: number;
  /** Folder of the built dashboard; that of apps/web where absent. */
  webDir?: string;
  /** Path that a proxy shows the api at, as `/monitor`; `/` where absent. Each route answers with it and without. */
  webBasePath?: string;
  /** Where trackers post to; absent: not known. */
  ingestUrl?: string | null;
  logger: Logger;
  registry: Registry;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
  /** Bound on each statement, milliseconds; 5,000 where absent. A question beyond it answers 503. */
  statementTimeoutMs?: number;
}

/** Longer than the queue's bound for wake-ups: a person waits for this, not somebody's workflow. */
const QUEUE_TIMEOUT_MS = 1_000;

/** Longer than for a question: an event of 16 MB takes some seconds to write. */
const CHANGE_TIMEOUT_MS = 15_000;

const KEY_TIMEOUT_MS = 5_000;

/**
 * Starts the HTTP API. It begins with the database down, too, and says so at /readyz.
 *
 * @throws one clear line where the address cannot be had, AUTH=off meets an address that others can reach, or the base path
 * hides routes
 */
export async function startApi(options: ApiOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const { databaseUrl, host, port, auth, logger, registry, webBasePath = '/' } = options;
  refuseOpenHost(auth, host);
  refuseHidingPath(webBasePath);
  const pools = openPools(options);
  const { reads, changes } = pools;
  const keys = pools.keys === null ? null : createVerifier(pools.keys, registry, logger);
  const queue = connectQueue(options);
  const usual = new UsualDurations(reads);
  const stream = new StreamHub(changes, logger, usual);
  addGauge(registry, 'wm_api_stream_clients', 'Connections that follow changes', [], () => [{ value: stream.clients }]);
  const figures = new PipelineReader({ databaseUrl, queueCounts: queue.counts, logger });
  addPipelineMetrics(registry, figures);
  const closeAll = async (): Promise<void> => {
    await stream.close();
    await keys?.close();
    await Promise.all([queue.close(), figures.close(), pools.end()]);
  };
  const app = createApi({
    sql: reads,
    primary: changes,
    queue,
    stream,
    usual,
    door: {
      keys,
      addressOf: clientAddress(options.trustedProxies),
      cameByHttps: cameByHttps(options.trustedProxies),
      basePath: webBasePath,
    },
    webDir: options.webDir ?? BUILT_DASHBOARD,
    ingestUrl: options.ingestUrl ?? null,
    corsOrigins: options.corsOrigins ?? [],
    requestsPerSecond: options.requestsPerSecond ?? 100,
    ready: () => whyNotReady(reads, logger),
    logger,
    registry,
    tracing: options.tracing ?? NO_TRACING,
  });
  try {
    const server = await serveHttp({ fetch: app.fetch, host, port, portVariable: 'API_PORT', logger });
    return {
      url: server.url,
      stop: async () => {
        await Promise.all([stream.close(), server.stop()]);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Pools {
  /** Of the replica where there is one. */
  reads: Sql;
  changes: Sql;
  /** null: nobody needs a key. */
  keys: Sql | null;
  end: () => Promise<void>;
}

/** Connections for each kind of work, so that none waits for another. */
function openPools({ databaseUrl, databaseReadUrl, auth, registry, statementTimeoutMs = 5_000 }: ApiOptions): Pools {
  const reads = createSql(databaseReadUrl ?? databaseUrl, { applicationName: 'wm-api', statementTimeoutMs });
  const changes = createSql(databaseUrl, {
    applicationName: 'wm-api-changes',
    max: 4,
    statementTimeoutMs: CHANGE_TIMEOUT_MS,
  });
  // Keys are read and their use is noted on the primary: a key that was just revoked must not live on in a replica.
  const keys =
    auth === 'on'
      ? createSql(databaseUrl, { applicationName: 'wm-api-keys', max: 2, statementTimeoutMs: KEY_TIMEOUT_MS })
      : null;
  addPoolMetrics(registry, () => ({
    reads: poolUse(reads),
    changes: poolUse(changes),
    ...(keys !== null && { keys: poolUse(keys) }),
  }));
  const end = async (): Promise<void> => {
    await Promise.all([reads.end({ timeout: 2 }), changes.end({ timeout: 2 }), keys?.end({ timeout: 2 })]);
  };
  return { reads, changes, keys, end };
}

/** The api's side of the queue; `close` ends what its board has opened, too. */
function connectQueue({
  databaseUrl,
  redisUrl,
  logger,
}: ApiOptions): ApiDependencies['queue'] & { close: () => Promise<void> } {
  const target = queueTarget({ databaseUrl, redisUrl });
  const queue = createWakeUps(target, {
    timeoutMs: QUEUE_TIMEOUT_MS,
    onError: (error) => logger.warn({ error }, 'The queue does not answer; work is found by the sweeper meanwhile'),
  });
  const opened: Queue[] = [];
  return {
    backend: target.backend,
    counts: () => queue.counts(),
    wake: (wakeUps) => queue.wake(wakeUps),
    async openForBoard(): Promise<Queue> {
      const board = await openBoardQueue(target, (error) =>
        logger.debug({ error }, 'the board of the queue has trouble'),
      );
      opened.push(board);
      return board;
    },
    async close(): Promise<void> {
      await Promise.all([queue.close(), ...opened.map((board) => board.close())]);
    },
  };
}

/** With `/v1` as base path nobody could tell `/v1/workflows` from `/workflows` below it. */
function refuseHidingPath(basePath: string): void {
  if (!isAtOrBelow(basePath, OTHER_PATHS)) return;
  throw new Error(
    `WEB_BASE_PATH is ${basePath}, where the api has routes of its own. Nothing was started. Take another path, such as /monitor.`,
  );
}

function createVerifier(sql: Sql, registry: Registry, logger: Logger): KeyVerifier {
  return new KeyVerifier({
    query: (work) => work(sql),
    onTouchFailed: (error) => logger.warn({ error }, 'The last use of a key was not noted; nothing depends on it'),
    onFailure: watchAuthFailures(registry, logger),
  });
}

/** Ready means: the store answers, and its tables are there. Nobody needs a key for this, so it does not say where the store is. */
async function whyNotReady(sql: Sql, logger: Logger): Promise<string | null> {
  const rows = await readProjectionTarget(sql).catch((error: unknown) => {
    logger.debug({ error }, 'not ready: the store does not answer');
    return null;
  });
  if (rows === null) return 'PostgreSQL does not answer, or holds no tables of ours yet.';
  const [target] = rows;
  return target === undefined ? 'The database is not migrated yet: no projection version is in force.' : null;
}
