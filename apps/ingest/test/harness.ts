/** The real service on a database of its own. */
import { randomUUID } from 'node:crypto';
import { createRegistry } from '@wm/runtime';
import type { Registry } from '@wm/runtime';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, silentLogger } from '@wm/testkit';
import { startIngest } from '../src/index.ts';
import type { IngestOptions } from '../src/index.ts';

export interface Receipt {
  accepted: number;
  duplicates: number;
  quarantined: { index: number; eventId: string | null; reason: string }[];
}

export interface Harness {
  sql: Sql;
  databaseUrl: string;
  url: string;
  registry: Registry;
  post(body: string | Buffer | object, headers?: Record<string, string>): Promise<Response>;
  /** Posts events and expects a 202. */
  send(...events: unknown[]): Promise<Receipt>;
  /** A further service on the same database. */
  start(options?: Partial<IngestOptions>): Promise<{ url: string; registry: Registry; stop: () => Promise<void> }>;
  close(): Promise<void>;
}

export async function startHarness(options: Partial<IngestOptions> = {}): Promise<Harness> {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'ingest-test' });
  const started: { stop: () => Promise<void> }[] = [];
  const start = async (own: Partial<IngestOptions> = {}) => {
    const registry = createRegistry('ingest');
    const service = await startIngest({
      databaseUrl: database.url,
      redisUrl: null,
      host: '127.0.0.1',
      port: 0,
      auth: 'off',
      logger: silentLogger(),
      registry,
      ...own,
    });
    started.push(service);
    return { ...service, registry };
  };
  const { url, registry } = await start(options);
  const post = (body: string | Buffer | object, headers: Record<string, string> = {}): Promise<Response> =>
    postTo(url, body, headers);
  return {
    sql,
    databaseUrl: database.url,
    url,
    registry,
    post,
    async send(...events) {
      const response = await post({ events });
      if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as Receipt;
    },
    start,
    async close() {
      for (const service of started) await service.stop();
      await sql.end({ timeout: 1 });
      await database.drop();
    },
  };
}

export function postTo(
  url: string,
  body: string | Buffer | object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const bytes = typeof body === 'string' ? body : Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
  return fetch(`${url}/v1/events`, {
    method: 'POST',
    body: bytes,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** A good event of its own id. */
export function workflowEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventId: randomUUID(),
    timestamp: new Date(Date.now() - 1_000).toISOString(),
    type: 'workflow.started',
    source: 'workflow',
    workflowId: 'w1',
    workflowName: 'processOrder',
    executionId: 'order-1',
    env: 'production',
    serviceKey: 'orders',
    input: { a: 1 },
    ...changes,
  };
}

export async function metric(registry: Registry, name: string, labels: Record<string, string> = {}): Promise<number> {
  const values = (await registry.getSingleMetric(name)!.get()).values;
  const found = values.filter((value) =>
    Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted),
  );
  return found.reduce((sum, value) => sum + value.value, 0);
}
