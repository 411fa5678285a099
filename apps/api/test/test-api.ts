import { prepareQueue, createWakeUps, queueTarget } from '@wm/queue';
import { createRegistry } from '@wm/runtime';
import { createKey, createSql, KeyVerifier, type Sql } from '@wm/store';
import { createTestDatabase, silentLogger } from '@wm/testkit';
import { createApi } from '../src/app.ts';

/** An answer as it came: a test checks what it reads of it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface TestApi {
  sql: Sql;
  /** GETs a path with an optional key; the body is the parsed JSON. */
  get: (path: string, token?: string) => Promise<{ status: number; headers: Headers; body: Json }>;
  request: (path: string, init?: RequestInit) => Promise<Response>;
  createReadKey: (limits?: { env?: string; serviceKey?: string }) => Promise<string>;
  createIngestKey: () => Promise<string>;
  createOperateKey: (limits?: { env?: string; serviceKey?: string }) => Promise<{ id: string; token: string }>;
  close: () => Promise<void>;
}

/** The API on a database of its own, without a server around it. */
export async function createTestApi(auth: 'on' | 'off' = 'off'): Promise<TestApi> {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'api-test', max: 4 });
  const keys = new KeyVerifier({ scope: 'read', query: (work) => work(sql) });
  const target = queueTarget({ databaseUrl: database.url, redisUrl: null });
  await prepareQueue(target);
  const queue = createWakeUps(target, { timeoutMs: 5_000, onError: () => {} });
  const app = createApi({
    sql,
    primary: sql,
    queue: { backend: target.backend, counts: () => queue.counts(), wake: (wakeUps) => queue.wake(wakeUps) },
    keys: auth === 'on' ? keys : null,
    ready: async () => null,
    logger: silentLogger(),
    registry: createRegistry('api-test'),
  });
  return {
    sql,
    get: async (path, token) => {
      const response = await app.request(
        path,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      );
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    request: async (path, init) => app.request(path, init),
    createReadKey: async (limits = {}) => (await createKey(sql, { name: 'reader', scope: 'read', ...limits })).token,
    createIngestKey: async () => (await createKey(sql, { name: 'tracker', scope: 'ingest' })).token,
    createOperateKey: (limits = {}) => createKey(sql, { name: 'operator', scope: 'operate', ...limits }),
    close: async () => {
      await keys.close();
      await queue.close();
      await sql.end({ timeout: 5 });
      await database.drop();
    },
  };
}
