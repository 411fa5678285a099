import type { Queue } from 'bullmq';
import { prepareQueue, createWakeUps, openBoardQueue, queueTarget } from '@wm/queue';
import { cameByHttps, clientAddress, createRegistry, NO_TRACING, watchAuthFailures } from '@wm/runtime';
import { createKey, createSql, KeyVerifier, type Sql } from '@wm/store';
import { createTestDatabase, silentLogger } from '@wm/testkit';
import { UsualDurations } from '../src/active/expectations.ts';
import { createApi } from '../src/app.ts';
import { StreamHub } from '../src/stream/stream-hub.ts';

/** An answer as it came: a test checks what it reads of it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface TestApi {
  sql: Sql;
  /** For processes beside it. */
  databaseUrl: string;
  /** GETs a path with an optional key; the body is the parsed JSON. */
  get: (path: string, token?: string) => Promise<{ status: number; headers: Headers; body: Json }>;
  /** @param address where it seems to come from */
  request: (path: string, init?: RequestInit, address?: string) => Promise<Response>;
  /** For a server in front of it. */
  fetch: (request: Request, env: object) => Response | Promise<Response>;
  /** How many follow the stream. */
  followers: () => number;
  /** Every route that the application has registered. */
  routes: readonly { method: string; path: string }[];
  createReadKey: (limits?: { env?: string; serviceKey?: string }) => Promise<string>;
  createIngestKey: () => Promise<string>;
  createOperateKey: (limits?: { env?: string; serviceKey?: string }) => Promise<{ id: string; token: string }>;
  close: () => Promise<void>;
}

/** The API on a database of its own, without a server around it. */
export async function createTestApi(
  auth: 'on' | 'off' = 'off',
  { webDir = 'none', basePath = '/' }: { webDir?: string; basePath?: string } = {},
): Promise<TestApi> {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'api-test', max: 4 });
  const registry = createRegistry('api-test');
  const keys = new KeyVerifier({ query: (work) => work(sql), onFailure: watchAuthFailures(registry, silentLogger()) });
  const target = queueTarget({ databaseUrl: database.url, redisUrl: null });
  await prepareQueue(target);
  const queue = createWakeUps(target, { timeoutMs: 5_000, onError: () => {} });
  const boardQueues: Queue[] = [];
  const usual = new UsualDurations(sql);
  const stream = new StreamHub(sql, silentLogger(), usual);
  const app = createApi({
    sql,
    primary: sql,
    queue: {
      backend: target.backend,
      counts: () => queue.counts(),
      wake: (wakeUps) => queue.wake(wakeUps),
      openForBoard: async () => {
        const opened = await openBoardQueue(target, () => {});
        boardQueues.push(opened);
        return opened;
      },
    },
    stream,
    usual,
    corsOrigins: ['https://monitor.example.com'],
    requestsPerSecond: 1_000,
    door: { keys: auth === 'on' ? keys : null, addressOf: clientAddress(), cameByHttps: cameByHttps(), basePath },
    webDir,
    ingestUrl: null,
    ready: async () => null,
    logger: silentLogger(),
    tracing: NO_TRACING,
    registry,
  });
  return {
    sql,
    databaseUrl: database.url,
    get: async (path, token) => {
      const response = await app.request(
        path,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      );
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    request: async (path, init, address) =>
      app.request(path, init, { incoming: { socket: { remoteAddress: address }, headers: {} } }),
    fetch: (request, env) => app.fetch(request, env),
    followers: () => stream.clients,
    routes: app.routes,
    createReadKey: async (limits = {}) => (await createKey(sql, { name: 'reader', scope: 'read', ...limits })).token,
    createIngestKey: async () => (await createKey(sql, { name: 'tracker', scope: 'ingest' })).token,
    createOperateKey: (limits = {}) => createKey(sql, { name: 'operator', scope: 'operate', ...limits }),
    close: async () => {
      await stream.close();
      await keys.close();
      await queue.close();
      for (const opened of boardQueues) await opened.close();
      await sql.end({ timeout: 5 });
      await database.drop();
    },
  };
}
