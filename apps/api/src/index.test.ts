import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareQueue, queueTarget } from '@wm/queue';
import { createKey, createSql, type Sql } from '@wm/store';
import { createTestDatabase, queueBackends, type TestDatabase } from '@wm/testkit';
import { insertRun } from '../test/rows.ts';
import { startTestApi } from '../test/started-api.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'api-test', max: 2 });
  await prepareQueue(queueTarget({ databaseUrl: database.url, redisUrl: null }));
}, 60_000);
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});

test.each(['a/b', '..%2f..', '100%', '漢字?#&', 'a b+c'])(
  'finds the id %j over a real connection',
  async (workflowId) => {
    await insertRun(sql, { workflowId });
    const api = await startTestApi(database.url);
    try {
      const response = await fetch(`${api.url}/v1/workflows/production/orders/${encodeURIComponent(workflowId)}`);
      const body = (await response.json()) as { workflow: { workflowId: string } };
      expect(body.workflow.workflowId).toBe(workflowId);
    } finally {
      await api.stop();
    }
  },
);

test('needs keys unless told otherwise', async () => {
  const { token } = await createKey(sql, { name: 'reader', scope: 'read' });
  const api = await startTestApi(database.url, { auth: 'on' });
  try {
    const without = await fetch(`${api.url}/v1/workflows`);
    const bearer = await fetch(`${api.url}/v1/workflows`, { headers: { authorization: `Bearer ${token}` } });
    const header = await fetch(`${api.url}/v1/workflows`, { headers: { 'x-api-key': token } });
    expect([without.status, bearer.status, header.status]).toEqual([401, 200, 200]);
  } finally {
    await api.stop();
  }
});

test('does not open itself to others without keys', async () => {
  await expect(startTestApi(database.url, { host: '0.0.0.0' })).rejects.toThrow('AUTH=off works on loopback only');
});

describe.each(queueBackends())('the queue on $name', ({ name, redisUrl }) => {
  test('is counted', async () => {
    const api = await startTestApi(database.url, { redisUrl });
    try {
      const body = (await (await fetch(`${api.url}/v1/pipeline`)).json()) as { queue: object };
      expect(body.queue).toEqual({
        backend: name,
        reachable: true,
        counts: { waiting: 0, active: 0, delayed: 0, failed: 0 },
      });
    } finally {
      await api.stop();
    }
  });
});

test('a queue that is down hides none of the other figures', async () => {
  // Port 1: nobody listens there.
  const api = await startTestApi(database.url, { redisUrl: 'redis://127.0.0.1:1' });
  try {
    const response = await fetch(`${api.url}/v1/pipeline`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      queue: { backend: 'redis', reachable: false, counts: null },
      unprocessed: 0,
    });
  } finally {
    await api.stop();
  }
});

test('a database that is down is told as 503, and not ready', async () => {
  const api = await startTestApi('postgres://nobody@127.0.0.1:1/none');
  try {
    const [list, ready, alive] = await Promise.all([
      fetch(`${api.url}/v1/workflows`),
      fetch(`${api.url}/readyz`),
      fetch(`${api.url}/healthz`),
    ]);
    expect([list.status, ready.status, alive.status]).toEqual([503, 503, 200]);
    expect(await list.json()).toMatchObject({ status: 503, title: 'Service Unavailable' });
    expect(await ready.text()).not.toContain('127.0.0.1');
  } finally {
    await api.stop();
  }
});

test('a question that takes too long is stopped', async () => {
  const api = await startTestApi(database.url, { statementTimeoutMs: 200 });
  try {
    const list = await sql.begin(async (tx) => {
      // Whoever reads has to wait for this lock.
      await tx`LOCK TABLE workflows IN ACCESS EXCLUSIVE MODE`;
      return fetch(`${api.url}/v1/workflows`);
    });
    expect(list.status).toBe(503);
    expect(await list.json()).toMatchObject({ detail: expect.stringContaining('took too long') });
  } finally {
    await api.stop();
  }
});

test('reads come from the replica where there is one', async () => {
  const replica = await createTestDatabase();
  const other = createSql(replica.url, { applicationName: 'api-test', max: 1 });
  await insertRun(other, { workflowId: 'only-there' });
  const api = await startTestApi(database.url, { databaseReadUrl: replica.url });
  try {
    const body = (await (await fetch(`${api.url}/v1/workflows`)).json()) as { workflows: { workflowId: string }[] };
    expect(body.workflows.map(({ workflowId }) => workflowId)).toEqual(['only-there']);
  } finally {
    await api.stop();
    await other.end({ timeout: 5 });
    await replica.drop();
  }
});
