import { createWakeUps, prepareQueue, queueTarget } from '@wm/queue';
import { createKey, createSql, type Sql } from '@wm/store';
import { createTestDatabase, queueBackends, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type StartedApi } from '../../test/started-api.ts';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'queue-board-test', max: 1 });
  await prepareQueue(queueTarget({ databaseUrl: database.url, redisUrl: null }));
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

/** As a browser sends what was typed into its dialogue. */
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`,
});

interface BoardAnswer {
  queues: { name: string; counts: Record<string, number>; readOnlyMode: boolean; jobs: { data: string | object }[] }[];
}

describe.each(queueBackends())('the board of the queue on $name', ({ redisUrl }) => {
  const wakeUps = () =>
    createWakeUps(queueTarget({ databaseUrl: database.url, redisUrl }), { timeoutMs: 20_000, onError: () => {} });
  let api: StartedApi;
  let headers: Record<string, string>;
  const workflowId = crypto.randomUUID();

  beforeAll(async () => {
    const queue = wakeUps();
    await queue.wake([{ key: { env: 'e', serviceKey: 's', workflowId } }]);
    await queue.close();
    api = await startTestApi(database.url, { redisUrl, auth: 'on' });
    headers = basic((await createKey(sql, { name: 'operator', scope: 'operate' })).token);
  }, 60_000);
  afterAll(() => api?.stop());

  test('asks a browser for a password, which is a key for operating', async () => {
    const without = await fetch(`${api.url}/queues`);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)]);
    expect((await fetch(`${api.url}/queues`, { headers: basic('nonsense') })).status).toBe(401);
    const reader = await createKey(sql, { name: 'reader', scope: 'read' });
    expect((await fetch(`${api.url}/queues`, { headers: basic(reader.token) })).status).toBe(403);
    expect((await fetch(`${api.url}/v1/workflows`, { headers })).status).toBe(401);
  });

  test('is a page that loads everything from here', async () => {
    const page = await fetch(`${api.url}/queues`, { headers });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(policy).toContain("default-src 'self'");
    const html = await page.text();
    expect(html).toContain('<base href="/queues/"');
    const scripts = [...html.matchAll(/<script defer src="([^"]+)"/g)].map(([, src]) => src!);
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      const response = await fetch(`${api.url}/queues/${script}`, { headers });
      expect([script, response.status]).toEqual([script, 200]);
      expect(response.headers.get('content-type')).toContain('javascript');
      expect((await fetch(`${api.url}/queues/${script}`)).status).toBe(401);
    }
  });

  test('shows the jobs and lets none be changed', async () => {
    const show = async () => {
      const response = await fetch(`${api.url}/queues/api/queues?activeQueue=wake-ups&page=1&jobsPerPage=10`, {
        headers,
      });
      expect(response.status).toBe(200);
      return (await response.json()) as BoardAnswer;
    };
    const { queues } = await show();
    expect(queues).toMatchObject([{ name: 'wake-ups', readOnlyMode: true, counts: { waiting: 1 } }]);
    expect(JSON.stringify(queues[0]!.jobs)).toContain(workflowId);
    for (const [method, path] of [
      ['PUT', 'queues/pause'],
      ['PUT', 'queues/wake-ups/pause'],
      ['PUT', 'queues/wake-ups/empty'],
      ['PUT', 'queues/wake-ups/obliterate'],
      ['PUT', 'queues/wake-ups/clean/wait'],
      ['POST', 'queues/wake-ups/add'],
      ['DELETE', 'queues/wake-ups/1'],
    ]) {
      const response = await fetch(`${api.url}/queues/api/${path}`, { method: method!, headers });
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
    }
    expect((await show()).queues).toMatchObject([{ counts: { waiting: 1 } }]);
  });
});

test('a queue that is down is told as 503, without a word of where it is', async () => {
  // Port 1: nobody listens there.
  const api = await startTestApi(database.url, { redisUrl: 'redis://127.0.0.1:1' });
  try {
    expect((await fetch(`${api.url}/queues`)).status).toBe(200);
    const response = await fetch(`${api.url}/queues/api/queues`);
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([503, { title: 'Service Unavailable' }]);
    expect(text).not.toContain('127.0.0.1');
  } finally {
    await api.stop();
  }
});
