/**
 * `npm run bench:read`: what the questions of every view cost over HTTP with few and with many workflows stored, which is the same
 * traffic of fewer and of thirty days, beside the schema document's own queries; which tables the database walks through for them; and whether paging while the simulator writes
 * shows every row once. Options: --sizes (100000,1000000), --data DIR (keeps the loaded stores for the next time), --repeats,
 * --parts (queries,document,plans,paging), --only TEXT (queries with it in their name), --seed, --quick (10000,100000; under two
 * minutes), --json.
 * Exit code 0: measured; 1: a table was walked through, or a row shown twice or not at all; 2: it could not; 130: Ctrl-C.
 * Bounds of time that are missed are said, and not an error.
 */
import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@wm/runtime';
import type { EmbeddedPostgres } from '@wm/runtime';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { loadStores, storeName } from '../loader/loaded-store.ts';
import { brokenOff, interruption, refuse, say, wholeNumber, wholeNumbers } from '../long-command.ts';
import { describeMachine } from '../machine.ts';
import { makeDataFolder, removeDataFolder } from '../pipeline/postgres.ts';
import { drained } from '../pipeline/pipeline.ts';
import { builtProgram, startServiceProcess } from '../pipeline/service-process.ts';
import { measure, openAsker } from './ask.ts';
import type { Asked } from './ask.ts';
import { documentQueries, measureDocument } from './document-queries.ts';
import { daysOfSameTraffic, grownQueries } from './growth.ts';
import { pageWhileWritten } from './page-while-written.ts';
import { PLAN_SETTINGS, walkedTables } from './plans.ts';
import { documentFigures, isBroken, queryFigures, reportText } from './read-report.ts';
import type { ReadReport } from './read-report.ts';
import { openStore, startLoggedApi } from './store-to-ask.ts';
import type { StoreToAsk } from './store-to-ask.ts';

const PARTS = ['queries', 'document', 'plans', 'paging'] as const;
const QUICK = { sizes: '10000,100000', repeats: '10' };
const FULL = { sizes: '100000,1000000', repeats: '30' };
/** So many answers come before those that are measured: then what they read is in memory. */
const UNMEASURED = 3;
const DOCUMENT_REPEATS = 3;
const DAY_MS = 86_400_000;
/** Who asks for as much of what the rollups hold may have a whole one gone through. Of thirty days that is a month, not a week. */
const MUCH_OF_A_STORE = 1 / 4;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string' },
    data: { type: 'string' },
    repeats: { type: 'string' },
    parts: { type: 'string', default: PARTS.join(',') },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const loadBefore = loadavg()[0]!;
const signal = interruption();
const usual = values.quick ? QUICK : FULL;
const sizes = wholeNumbers('sizes', values.sizes ?? usual.sizes).toSorted((a, b) => a - b);
if (sizes.length === 0) refuse('--sizes must name one store at least.');
const storeSizes = sizes.map((workflows) => ({ workflows, days: daysOfSameTraffic(workflows, sizes) }));
const repeats = wholeNumber('repeats', values.repeats ?? usual.repeats);
const seed = wholeNumber('seed', values.seed);
const parts = values.parts.split(',');
const unknown = parts.filter((part) => !PARTS.some((known) => known === part));
if (unknown.length > 0) refuse(`--parts takes ${PARTS.join(', ')}, not ${unknown.join(', ')}.`);

/** Sizes take turns, query by query, so that what drifts meets all of them. */
async function measureQueries(stores: readonly StoreToAsk[], postgresPid: number): Promise<ReadReport['queries']> {
  const figures: ReadReport['queries'][number][] = [];
  for (const [nth, query] of stores[0]!.queries.entries()) {
    signal.throwIfAborted();
    const asked: [number, Asked][] = [];
    for (const { size, asker, apiPid, queries } of stores) {
      const measuring = { repeats, unmeasured: UNMEASURED, pids: [apiPid, postgresPid] };
      asked.push([size, await measure(asker, queries[nth]!.path, measuring)]);
    }
    figures.push(queryFigures(query, asked));
  }
  return figures;
}

async function measureDocuments(stores: readonly StoreToAsk[]): Promise<ReadReport['document']> {
  const figures: ReadReport['document'][number][] = [];
  for (const [nth, query] of documentQueries(stores[0]!.samples).entries()) {
    signal.throwIfAborted();
    const times = [];
    for (const { size, samples, sql } of stores) {
      const own = documentQueries(samples)[nth]!;
      times.push([size, await measureDocument(sql, own, DOCUMENT_REPEATS)] as const);
    }
    figures.push(documentFigures(query, times));
  }
  return figures;
}

async function lookAtPlans(stores: readonly StoreToAsk[], dataDir: string): Promise<NonNullable<ReadReport['walked']>> {
  const walked = [];
  for (const { databaseUrl, size, days, sql, queries } of stores) {
    const api = await startLoggedApi(databaseUrl, builtProgram('api'));
    const asker = openAsker(api.url);
    try {
      for (const { name, path: asked, rangeMs } of queries) {
        signal.throwIfAborted();
        const found = await walkedTables(sql, path.join(dataDir, 'postgres.log'), () => asker.ask(asked));
        const ofMuch = rangeMs >= MUCH_OF_A_STORE * days * DAY_MS;
        const tables = found.filter((table) => !(ofMuch && table.startsWith('rollup_')));
        if (tables.length > 0) walked.push({ name, size, tables });
      }
    } finally {
      asker.close();
      await api.stop();
    }
  }
  return walked;
}

/** On the smallest store that has as many rows as the promise is about, else on the largest. */
async function page(stores: readonly StoreToAsk[]): Promise<NonNullable<ReadReport['paging']>> {
  const { databaseUrl, apiUrl, sql } = stores.find(({ size }) => size >= 100_000) ?? stores.at(-1)!;
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: '' };
  const services = await Promise.all(
    (['ingest', 'worker'] as const).map((app) => startServiceProcess(app, env, builtProgram(app))),
  );
  try {
    const paged = await pageWhileWritten({ databaseUrl, apiUrl, ingestUrl: services[0]!.url, seed, signal });
    // Whoever asks a kept store later finds no backlog.
    await drained(sql);
    return paged;
  } finally {
    await Promise.all(services.map((service) => service.stop()));
  }
}

async function measureStores(server: EmbeddedPostgres, dataDir: string, admin: Sql): Promise<ReadReport> {
  const url = (database: string): string => server.url.replace(/[^/]*$/, database);
  const machine = await describeMachine(admin, loadBefore);
  const stores: StoreToAsk[] = [];
  try {
    for (const store of storeSizes) {
      const { workflows: size, days } = store;
      say(`Looking for what to ask of the store of ${size} …`);
      const databaseUrl = url(storeName(store));
      stores.push(await openStore({ databaseUrl, size, days, only: values.only, api: builtProgram('api') }));
    }
    const part = <T>(name: (typeof PARTS)[number], what: string, work: () => Promise<T>): Promise<T | null> => {
      if (!parts.includes(name)) return Promise.resolve(null);
      say(`${what} …`);
      return work();
    };
    const asking = `Asking ${stores[0]!.queries.length} queries`;
    const queries = (await part('queries', asking, () => measureQueries(stores, server.pid))) ?? [];
    return {
      machine,
      sizes,
      days: Object.fromEntries(storeSizes.map(({ workflows, days }) => [String(workflows), days])),
      repeats,
      queries,
      grown: grownQueries(queries, sizes),
      document: (await part('document', "Asking the document's queries", () => measureDocuments(stores))) ?? [],
      walked: await part('plans', 'Looking at plans', () => lookAtPlans(stores, dataDir)),
      paging: await part('paging', 'Paging while the simulator writes', () => page(stores)),
    };
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

async function run(dataDir: string): Promise<ReadReport> {
  await loadStores(dataDir, { stores: storeSizes, seed, say, signal });
  const server = await startEmbeddedPostgres({ dataDir, settings: PLAN_SETTINGS, onLine: say });
  const admin = createSql(server.url, { applicationName: 'wm-bench', max: 1 });
  try {
    return await measureStores(server, dataDir, admin);
  } finally {
    await admin.end();
    await server.stop();
  }
}

const dataDir = values.data ?? makeDataFolder('wm-bench-read-');
try {
  const report = await run(dataDir);
  process.stdout.write(reportText(report));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = isBroken(report) ? 1 : 0;
} catch (error) {
  brokenOff(error, signal);
} finally {
  if (values.data === undefined) removeDataFolder(dataDir);
}
