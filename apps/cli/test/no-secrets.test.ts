/** Whatever fails, what the processes write holds no payload, no key and no password. Every level of the log is on. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { createKey, createSql, type Sql } from '@wm/store';
import { createTestDatabase, waitFor, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRuntimeFile, type RuntimeFile } from '../src/runtime-file.ts';
import { startWm, temporaryFolder, type WmProcess } from './support/wm-process.ts';

const PAYLOAD = 'payload-marker-8b1f';
const WRONG_KEY = `wm_ingest_${'0'.repeat(32)}_${'key-marker-8b1f'.padEnd(43, 'k')}`;
const ODD_KEY = 'odd-key-marker-8b1f';

const folder = temporaryFolder();
let database: TestDatabase;
let sql: Sql;
let wm: WmProcess;
let system: RuntimeFile;
const keys: Record<'ingest' | 'read' | 'operate', string> = { ingest: '', read: '', operate: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'no-secrets-test', max: 2 });
  for (const scope of ['ingest', 'read', 'operate'] as const) {
    keys[scope] = (await createKey(sql, { name: scope, scope })).token;
  }
  const env = { DATABASE_URL: database.url, DATA_DIR: folder.path, AUTH: 'on', LOG_LEVEL: 'trace' };
  wm = startWm(['start', '--verbose', '--workers', '1'], env);
  system = await waitFor(
    'the system to be ready',
    async () => wm.stdout().includes('is ready after') && (readRuntimeFile(folder.path) ?? false),
    120_000,
  );
}, 150_000);
afterAll(async () => {
  wm?.kill('SIGTERM');
  await wm?.ended;
  await sql?.end();
  await database?.drop();
  folder.remove();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function post(body: unknown, headers: Record<string, string> = bearer(keys.ingest)): Promise<Response> {
  return fetch(`${system.ingest}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function event(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventId: randomUUID(),
    timestamp: new Date().toISOString(),
    type: 'workflow.started',
    workflowId: randomUUID(),
    workflowName: 'w',
    env: 'e',
    serviceKey: 's',
    input: { card: PAYLOAD },
    ...changes,
  };
}

interface Question {
  method?: 'POST';
  body?: string;
  headers?: Record<string, string>;
}

function ask(way: string, { headers = bearer(keys.operate), ...rest }: Question = {}): Promise<Response> {
  return fetch(system.api + way, { ...rest, headers });
}

const written = (): string =>
  readdirSync(path.join(folder.path, 'logs'))
    .map((file) => readFileSync(path.join(folder.path, 'logs', file), 'utf8'))
    .concat(wm.stdout(), wm.stderr())
    .join('\n');
const logged = (what: string) => waitFor(`the log to say "${what}"`, async () => written().includes(what), 60_000);

/** While the table has another name, every statement with it fails. */
async function without(table: string, work: () => Promise<unknown>): Promise<void> {
  await sql`ALTER TABLE ${sql(table)} RENAME TO hidden`;
  try {
    await work();
  } finally {
    await sql`ALTER TABLE hidden RENAME TO ${sql(table)}`;
  }
}

test('failures at ingest', async () => {
  for (const headers of [bearer(WRONG_KEY), { 'x-api-key': ODD_KEY }, bearer(keys.read)]) {
    expect((await post({ events: [event()] }, headers)).status).toBe(401);
  }
  expect((await post(`{"events":[{"input":"${PAYLOAD}"`)).status).toBe(400);
  expect((await post({ input: PAYLOAD })).status).toBe(400);
  expect((await post(PAYLOAD, { ...bearer(keys.ingest), 'content-type': 'text/plain' })).status).toBe(415);
  await sql`ALTER TABLE workflow_events ADD CONSTRAINT refuse CHECK (workflow_id <> 'refused')`;
  const odd = [event({ timestamp: PAYLOAD }), event({ workflowId: 'refused' }), event({ input: `\u0000${PAYLOAD}` })];
  expect(await (await post({ events: odd })).json()).toMatchObject({ accepted: 1, quarantined: [{}, {}] });
  await sql`ALTER TABLE workflow_events DROP CONSTRAINT refuse`;
  await without('workflow_events', async () => expect((await post({ events: [event()] })).status).toBe(503));
  await logged('could not be committed');
  await logged('A request was refused');
});

test('failures of a worker', async () => {
  await sql`ALTER TABLE workflows ADD CONSTRAINT refuse CHECK (workflow_id <> 'poisoned')`;
  expect((await post({ events: [event({ workflowId: 'poisoned' })] })).status).toBe(202);
  await waitFor('the poisoned event to be marked', async () => {
    const [row] =
      await sql`SELECT 1 FROM workflow_events WHERE workflow_id = 'poisoned' AND processing_error IS NOT NULL`;
    return row !== undefined;
  });
  await sql`ALTER TABLE workflows DROP CONSTRAINT refuse`;
  await without('workflow_steps', async () => {
    expect((await post({ events: [event({ type: 'step.started', stepName: 'pay' })] })).status).toBe(202);
    await logged('workflow_steps');
  });
});

test('failures at the api', async () => {
  for (const headers of [bearer(WRONG_KEY), { 'x-api-key': ODD_KEY }]) {
    expect((await ask('/v1/workflows', { headers })).status).toBe(401);
  }
  expect((await ask(`/queues`, { headers: { authorization: `Basic ${btoa(`u:${ODD_KEY}`)}` } })).status).toBe(401);
  const json = { 'content-type': 'application/json' };
  const login = (key: unknown) => ask('/v1/session', { method: 'POST', headers: json, body: JSON.stringify({ key }) });
  for (const [key, status] of [
    [ODD_KEY, 401],
    [WRONG_KEY, 401],
    [{ key: ODD_KEY }, 400],
    [keys.ingest, 403],
    [keys.operate, 200],
  ] as const) {
    expect((await login(key)).status).toBe(status);
  }
  await without('workflows', async () => {
    expect((await ask('/v1/workflows', { headers: { cookie: `wm_key=${keys.operate}` } })).status).toBe(500);
  });
  expect((await ask('/v1/workflows', { headers: { cookie: `wm_key=${ODD_KEY}` } })).status).toBe(401);
  const body = JSON.stringify({ event: event({ timestamp: PAYLOAD }) });
  const { quarantined } = (await (await ask('/v1/quarantine?state=open')).json()) as { quarantined: { id: string }[] };
  const entry = `/v1/quarantine/${quarantined[0]!.id}`;
  expect((await ask(`${entry}/redrive`, { method: 'POST', body })).status).toBe(200);
  expect((await ask(`${entry}/redrive`, { method: 'POST', body: `{"event":"${PAYLOAD}` })).status).toBe(400);
  await without('quarantined_events', async () => {
    expect((await ask(`${entry}/redrive`, { method: 'POST', body })).status).toBe(500);
    expect((await ask(entry)).status).toBe(500);
  });
  await logged('A request failed by a fault of this service');
});

test('lost connections', async () => {
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'wm-%'`;
  await waitFor('ingest to store again', async () => (await post({ events: [event()] })).status === 202);
  await waitFor('everything to be folded', async () => (await sql`SELECT 1 FROM pending_events LIMIT 1`).length === 0);
});

test('nothing of it is in what was written', async () => {
  wm.kill('SIGTERM');
  await wm.ended;
  const text = written();
  const secrets = [
    PAYLOAD,
    'key-marker-8b1f',
    ODD_KEY,
    btoa(`u:${ODD_KEY}`),
    new URL(database.url).password,
    ...Object.values(keys).map((token) => token.slice(-43)),
  ];
  expect(text.length).toBeGreaterThan(1_000);
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    expect(at === -1 ? '' : text.slice(Math.max(0, at - 300), at + 100)).toBe('');
  }
});
