import { createWakeUps, queueTarget } from '@wm/queue';
import { refuseOpenHost, serveHttp, type Logger, type Registry } from '@wm/runtime';
import { createSql, KeyVerifier, readProjectionTarget, type Sql } from '@wm/store';
import { createApi } from './app.ts';

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
  logger: Logger;
  registry: Registry;
  /** Bound on each statement, milliseconds; 5,000 where absent. A question beyond it answers 503. */
  statementTimeoutMs?: number;
}

/** Longer than the queue's bound for wake-ups: a person waits for this, not somebody's workflow. */
const QUEUE_TIMEOUT_MS = 1_000;

/** Longer than for a question: an event of 16 MB takes some seconds to write. */
const CHANGE_TIMEOUT_MS = 15_000;

/**
 * Starts the HTTP API. It begins with the database down, too, and says so at /readyz.
 *
 * @throws one clear line where the address cannot be had, or AUTH=off meets an address that others can reach
 */
export async function startApi(options: ApiOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const { databaseUrl, databaseReadUrl, redisUrl, host, port, auth, logger, registry } = options;
  refuseOpenHost(auth, host);
  const sql = createSql(databaseReadUrl ?? databaseUrl, {
    applicationName: 'wm-api',
    statementTimeoutMs: options.statementTimeoutMs ?? 5_000,
  });
  const primary = createSql(databaseUrl, {
    applicationName: 'wm-api-changes',
    max: 4,
    statementTimeoutMs: CHANGE_TIMEOUT_MS,
  });
  // Keys are read and their use is noted on the primary: a key that was just revoked must not live on in a replica.
  const keySql =
    auth === 'on'
      ? createSql(databaseUrl, { applicationName: 'wm-api-keys', max: 2, statementTimeoutMs: 5_000 })
      : null;
  const keys = keySql === null ? null : readKeys(keySql, logger);
  const target = queueTarget({ databaseUrl, redisUrl });
  const queue = createWakeUps(target, {
    timeoutMs: QUEUE_TIMEOUT_MS,
    onError: (error) => logger.warn({ error }, 'The queue does not answer; work is found by the sweeper meanwhile'),
  });
  const closeAll = async (): Promise<void> => {
    await keys?.close();
    await Promise.all([
      queue.close(),
      sql.end({ timeout: 2 }),
      primary.end({ timeout: 2 }),
      keySql?.end({ timeout: 2 }),
    ]);
  };
  const app = createApi({
    sql,
    primary,
    queue: { backend: target.backend, counts: () => queue.counts(), wake: (wakeUps) => queue.wake(wakeUps) },
    keys,
    ready: () => whyNotReady(sql),
    logger,
    registry,
  });
  try {
    const server = await serveHttp({ fetch: app.fetch, host, port, portVariable: 'API_PORT', logger });
    return {
      url: server.url,
      stop: async () => {
        await server.stop();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function readKeys(sql: Sql, logger: Logger): KeyVerifier {
  return new KeyVerifier({
    scope: 'read',
    query: (work) => work(sql),
    onTouchFailed: (error) => logger.warn({ error }, 'The last use of a key was not noted; nothing depends on it'),
  });
}

/** Ready means: the store answers, and its tables are there. */
async function whyNotReady(sql: Sql): Promise<string | null> {
  const [target] = await readProjectionTarget(sql);
  return target === undefined ? 'The database is not migrated yet: no projection version is in force.' : null;
}
