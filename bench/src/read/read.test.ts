import { prepareQueue, queueTarget } from '@wm/queue';
import { createTestDatabase } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadWorkflows } from '../loader/load-workflows.ts';
import { startServiceProcess } from '../pipeline/service-process.ts';
import { documentQueries, measureDocument } from './document-queries.ts';
import { pageWhileWritten } from './page-while-written.ts';
import { openStore } from './store-to-ask.ts';
import type { StoreToAsk } from './store-to-ask.ts';

const WORKFLOWS = 600;
/** Fewer than some questions reach back. */
const DAYS = 3;

let database: TestDatabase;
let store: StoreToAsk;
beforeAll(async () => {
  database = await createTestDatabase();
  await loadWorkflows({
    url: database.url,
    workflows: WORKFLOWS,
    days: DAYS,
    seed: 1,
    generators: 2,
    progress: { rows: () => {}, step: async (_name, run) => run() },
    signal: new AbortController().signal,
  });
  store = await openStore({ databaseUrl: database.url, size: WORKFLOWS, days: DAYS, only: '' });
}, 180_000);
afterAll(async () => {
  await store?.close();
  await database?.drop();
});

test('every named query is answered', { timeout: 120_000 }, async () => {
  expect(new Set(store.queries.map(({ name }) => name)).size).toBe(store.queries.length);
  for (const { path } of store.queries) expect((await store.asker.ask(path)).status).toBe(200);
});

test('what is asked about long ago is there in a young store', async () => {
  const { path } = store.queries.find(({ name }) => name === 'list: an hour of long ago')!;
  const { body } = await store.asker.ask(path);
  const { workflows } = body as { workflows: { startedAt: string }[] };
  expect(workflows.length).toBeGreaterThan(0);
  for (const { startedAt } of workflows) expect(Date.parse(startedAt)).toBeLessThan(Date.now() - 1.9 * 86_400_000);
});

test("the document's queries run, but for the one that PostgreSQL refuses, and name ours", async () => {
  const names = store.queries.map(({ name }) => name);
  for (const query of documentQueries(store.samples)) {
    expect(names).toContain(query.beside);
    const { problem } = await measureDocument(store.sql, query, 1);
    const refused = query.name === 'service overview' ? 'aggregate function calls cannot be nested' : null;
    expect([query.name, problem]).toEqual([query.name, refused]);
  }
});

test('paging while the simulator writes shows every row once', { timeout: 180_000 }, async () => {
  await prepareQueue(queueTarget({ databaseUrl: database.url, redisUrl: null }));
  const env = { DATABASE_URL: database.url, REDIS_URL: '' };
  const ingest = await startServiceProcess('ingest', env);
  const worker = await startServiceProcess('worker', env);
  try {
    const { signal } = new AbortController();
    const paged = await pageWhileWritten({
      databaseUrl: database.url,
      apiUrl: store.apiUrl,
      ingestUrl: ingest.url,
      seed: 1,
      signal,
    });
    for (const { order, rows, written, twice, missed } of paged) {
      expect([order, twice, missed]).toEqual([order, 0, 0]);
      expect(rows).toBeGreaterThan(WORKFLOWS / 2);
      expect(written).toBeGreaterThan(0);
    }
  } finally {
    await Promise.all([ingest.stop(), worker.stop()]);
  }
});
