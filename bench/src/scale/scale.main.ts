/**
 * `npm run bench:scale`: what an event costs with few and with many workflows stored, and how fast one, two and four worker
 * processes drain a backlog. Options: --sizes (10000,100000,1000000), --workers (1,2,4), --repeats, --events, --backlog, --seed,
 * --data DIR (keeps the loaded stores for the next time), --quick (growth with the two smaller sizes, under two minutes), --json.
 * Exit code 0: measured; 2: it could not; 130: Ctrl-C. Bounds that are missed are said, and not an error.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import type { Sql } from 'postgres';
import { startEmbeddedPostgres } from '@wm/runtime';
import { createSql } from '@wm/store';
import type { Sql as StoreSql } from '@wm/store';
import { loadStores, storeName } from '../loader/loaded-store.ts';
import { brokenOff, interruption, say, wholeNumber, wholeNumbers } from '../long-command.ts';
import { describeMachine } from '../machine.ts';
import { makeDataFolder, removeDataFolder } from '../pipeline/postgres.ts';
import { expectNoDifference } from '../pipeline/pipeline.ts';
import { startRedis } from '../pipeline/redis.ts';
import { createWorkload } from '../workload.ts';
import { measureBacklog } from './backlog.ts';
import type { DrainCost } from './backlog.ts';
import { measureGrowth, settle, warm } from './growth.ts';
import type { EventCost, SharedServers } from './growth.ts';
import { BACKLOG_BOUND, GROWTH_BOUND, medianRatio, reportText, spreads } from './report.ts';
import type { ScaleReport } from './report.ts';

const QUICK = { sizes: '10000,100000', workers: '', repeats: '1', events: '8000', backlog: '60000' };
const FULL = { sizes: '10000,100000,1000000', workers: '1,2,4', repeats: '3', events: '20000', backlog: '60000' };

const { values } = parseArgs({
  options: {
    sizes: { type: 'string' },
    workers: { type: 'string' },
    repeats: { type: 'string' },
    events: { type: 'string' },
    backlog: { type: 'string' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const loadBefore = loadavg()[0]!;
const signal = interruption();

const usual = values.quick ? QUICK : FULL;
const sizes = wholeNumbers('sizes', values.sizes ?? usual.sizes);
const workers = wholeNumbers('workers', values.workers ?? usual.workers);
const repeats = wholeNumber('repeats', values.repeats ?? usual.repeats);
const events = wholeNumber('events', values.events ?? usual.events);
const backlog = wholeNumber('backlog', values.backlog ?? usual.backlog);
const seed = wholeNumber('seed', values.seed);

/** Sizes take turns within a round, so that what drifts meets all of them. Results by size, by round. */
async function growthOf(url: (database: string) => string, servers: SharedServers): Promise<EventCost[][]> {
  const costs: EventCost[][] = sizes.map(() => []);
  for (const size of sizes) await onStore(url(storeName({ workflows: size })), warm);
  for (let round = 1; round <= repeats; round += 1) {
    for (const [index, size] of sizes.entries()) {
      signal.throwIfAborted();
      const databaseUrl = url(storeName({ workflows: size }));
      const cost = await measureGrowth({ ...servers, databaseUrl, events, seed: runSeed(round, index) });
      say(
        `  round ${round}: ${size} workflows stored, ${cost.costUs.toFixed(0)} µs an event, ${cost.eventsPerSecond.toFixed(0)} events/s`,
      );
      costs[index]!.push(cost);
      await onStore(databaseUrl, settle);
    }
  }
  say('  verifying what came …');
  const { measuredFrom } = createWorkload(seed, 1);
  for (const size of sizes) {
    await onStore(
      url(storeName({ workflows: size })),
      async (sql) => void (await expectNoDifference(sql, { since: measuredFrom })),
    );
  }
  return costs;
}

async function onStore(databaseUrl: string, work: (sql: StoreSql) => Promise<void>): Promise<void> {
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

async function backlogOf(
  url: (database: string) => string,
  admin: Sql,
  servers: SharedServers,
): Promise<DrainCost[][]> {
  const costs: DrainCost[][] = workers.map(() => []);
  for (let round = 1; round <= repeats; round += 1) {
    for (const [index, count] of workers.entries()) {
      signal.throwIfAborted();
      const name = `backlog_${round}_${count}`;
      await admin`DROP DATABASE IF EXISTS ${admin(name)} WITH (FORCE)`;
      await admin`CREATE DATABASE ${admin(name)}`;
      try {
        const cost = await measureBacklog({
          ...servers,
          databaseUrl: url(name),
          workers: count,
          seed: round,
          events: backlog,
        });
        say(`  round ${round}: ${count} worker process(es) drain ${cost.eventsPerSecond.toFixed(0)} events/s`);
        costs[index]!.push(cost);
      } finally {
        await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
      }
    }
  }
  return costs;
}

/** Other workflows each time: a store that is kept has those of earlier runs. */
function runSeed(round: number, index: number): number {
  return (Date.now() % 100_000_000) + round * 100 + index;
}

async function measure(dataDir: string): Promise<ScaleReport> {
  await loadStores(dataDir, { stores: sizes.map((workflows) => ({ workflows })), seed, say, signal });
  const server = await startEmbeddedPostgres({ dataDir, onLine: say });
  const redis = await startRedis();
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    if (redis === null) throw new Error('This benchmark needs redis-server on the PATH. Nothing was measured.');
    const servers = { postgresPid: server.pid, redis };
    const url = (database: string): string => server.url.replace(/[^/]*$/, database);
    const growth = await growthOf(url, servers);
    const drains = await backlogOf(url, admin, servers);
    return reportOf(growth, drains, await describeMachine(admin, loadBefore));
  } finally {
    await admin.end({ timeout: 5 });
    await redis?.stop();
    await server.stop();
  }
}

function reportOf(growth: EventCost[][], drains: DrainCost[][], machine: ScaleReport['machine']): ScaleReport {
  const costUs = (of: readonly EventCost[]): number[] => of.map((cost) => cost.costUs);
  const rate = (of: readonly DrainCost[]): number[] => of.map((cost) => cost.eventsPerSecond);
  const growthRatio = growth.length === 0 ? null : medianRatio(costUs(growth.at(-1)!), costUs(growth[0]!));
  const byWorkers = drains.map((costs, index) => ({
    workers: workers[index]!,
    ratioToOne: medianRatio(rate(costs), rate(drains[0]!)),
    ...spreads(costs),
  }));
  return {
    machine,
    repeats,
    events,
    growth: growth.map((costs, index) => ({ workflows: sizes[index]!, ...spreads(costs) })),
    growthRatio,
    growthBound: GROWTH_BOUND,
    backlog: byWorkers,
    backlogBound: BACKLOG_BOUND,
    withinBounds:
      (growthRatio ?? 0) <= GROWTH_BOUND && byWorkers.every(({ ratioToOne }) => ratioToOne >= BACKLOG_BOUND),
  };
}

const dataDir = values.data ?? makeDataFolder('wm-bench-scale-');
try {
  const report = await measure(dataDir);
  process.stdout.write(reportText(report));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
} catch (error) {
  brokenOff(error, signal);
} finally {
  if (values.data === undefined) removeDataFolder(dataDir);
}
