/** The client against the api itself, over HTTP. */
import { readFileSync } from 'node:fs';
import { ApiProblem, createClient, follow, type Client, type StreamMessage } from '@wm/client';
import { workflowRowId } from '@wm/projection';
import { serveHttp, type HttpServer } from '@wm/runtime';
import { announceChanges } from '@wm/store';
import { silentLogger, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCounts, insertRun } from '../rows.ts';
import { createTestApi, type TestApi } from '../test-api.ts';
import { clientTypes } from './client-types.ts';

let api: TestApi;
let server: HttpServer;
let client: Client;
beforeAll(async () => {
  api = await createTestApi('on');
  const serve = () => serveHttp({ fetch: api.fetch, host: '127.0.0.1', port: 0, logger: silentLogger() });
  server = await serve();
  client = createClient({ url: server.url, key: (await api.createOperateKey()).token });
}, 60_000);
afterAll(async () => {
  await server.stop(0);
  await api.close();
});

test('its types are those of the routes; `npm run client` writes them', async () => {
  const written = readFileSync(new URL('../../../../packages/client/src/routes.ts', import.meta.url), 'utf8');
  const { body } = await api.get('/openapi.json');
  // What a formatter may change.
  const essence = (text: string): string => text.replaceAll(/[\s;,()|'"]/g, '');
  // Not toBe: it would print both, a hundred kilobytes.
  expect(essence(written) === essence(clientTypes(body))).toBe(true);
});

test('asks with path, lists in the query and a body', async () => {
  await insertRun(api.sql, { workflowId: 'a/b c' });
  await insertCounts(api.sql, { at: new Date() }, { started: 3 });
  const { workflow } = await client.ask('GET /v1/workflows/{env}/{service}/{workflowId}', {
    path: { env: 'production', service: 'orders', workflowId: 'a/b c' },
  });
  expect(workflow.status).toBe('completed');
  const { groups } = await client.ask('GET /v1/metrics', {
    query: { groupBy: ['env', 'service'], env: ['production'] },
  });
  expect(groups).toMatchObject([{ env: 'production', service: 'orders', total: { started: 3 } }]);
  const { discarded } = await client.ask('POST /v1/quarantine/discard', { body: { filter: {}, reason: 'none' } });
  expect(discarded).toBe(0);
});

test('a problem is thrown with what it says', async () => {
  const refused = await client.ask('GET /v1/active', { query: { limit: 1_000 } }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiProblem);
  expect(refused).toMatchObject({ status: 400, errors: [{ in: 'query', field: 'limit' }] });
});

test('follows, and goes on where it was left after the connection was lost', async () => {
  const change = async (workflowId: string): Promise<void> => {
    await insertRun(api.sql, { workflowId });
    const id = workflowRowId({ env: 'production', serviceKey: 'orders', workflowId }, 1);
    await api.sql`INSERT INTO changes (run_ids) VALUES (${[id]}::text[]::uuid[])`;
    await announceChanges(api.sql);
  };
  const messages: StreamMessage[] = [];
  const told = () =>
    messages.flatMap((message) => (message.event === 'changes' ? message.data.runs.map((run) => run.workflowId) : []));
  const ready = () => messages.filter((message) => message.event === 'ready');
  const end = new AbortController();
  let lost = 0;
  const following = (async () => {
    for await (const message of follow(client, { signal: end.signal, onLost: () => (lost += 1) }))
      messages.push(message);
  })();
  await waitFor('the beginning', async () => ready().length === 1);
  await change('first');
  await waitFor('the first', async () => told().includes('first'));
  const { port } = server;
  await server.stop(0);
  await change('meanwhile');
  server = await serveHttp({ fetch: api.fetch, host: '127.0.0.1', port, logger: silentLogger() });
  await waitFor('what came meanwhile', async () => told().includes('meanwhile'));
  expect(told()).toEqual(['first', 'meanwhile']);
  expect(ready()[1]).toMatchObject({ data: { resumed: true } });
  expect(lost).toBeGreaterThan(0);
  end.abort();
  await following;
  await waitFor('nobody to follow', async () => api.followers() === 0);
});

test('a key that is not accepted ends it', async () => {
  const stranger = createClient({ url: server.url, key: 'nonsense' });
  await expect(follow(stranger).next()).rejects.toMatchObject({ status: 401 });
});
