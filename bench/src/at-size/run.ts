/** One run: fill a store, verify it, damage it, verify again, rebuild it under traffic and reads, verify at the end. */
import { verifyWorkflows } from '@wm/store';
import type { Difference, Sql, VerifyReport } from '@wm/store';
import { startServiceProcess } from '../pipeline/service-process.ts';
import { damageEverything } from './damage.ts';
import type { Damage } from './damage.ts';
import { findDamages } from './find-damages.ts';
import { folded, load, perSecond } from './load.ts';
import { Reader } from './reader.ts';
import type { ReadFigures } from './reader.ts';
import { rebuildUnderTraffic } from './rebuild-under-traffic.ts';
import type { Rebuilt } from './rebuild-under-traffic.ts';
import type { AtSizeReport, Check, ReadSummary } from './report.ts';
import { readSizes } from './sizes.ts';
import { readTables, pickRows } from './targets.ts';

export interface AtSizeOptions {
  /** A migrated database with the queue's tables and nothing in it. */
  readonly databaseUrl: string;
  readonly sql: Sql;
  readonly events: number;
  readonly seed: number;
  /** Events per second while the store is rebuilt. */
  readonly rate: number;
  /** How long the api is read under traffic before the rebuild, milliseconds. */
  readonly baselineMs: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Rows watched in each table beside one for each column. */
const MORE = 10;
const PROGRESS_EVERY_MS = 10_000;

/** What is to be ended, last one first. */
type Cleanup = (() => Promise<unknown>)[];

/** @throws where a part cannot be started or the signal comes; everything that was started has ended then */
export async function runAtSize(options: AtSizeOptions): Promise<AtSizeReport> {
  const cleanup: Cleanup = [];
  try {
    return await run(options, cleanup);
  } finally {
    for (const end of cleanup.reverse()) await end();
  }
}

async function run(options: AtSizeOptions, cleanup: Cleanup): Promise<AtSizeReport> {
  const { databaseUrl, sql, say, signal } = options;
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: '' };
  const api = await startServiceProcess('api', env);
  cleanup.push(() => api.stop());
  for (let count = 0; count < 2; count += 1) {
    const worker = await startServiceProcess('worker', env);
    cleanup.push(() => worker.stop());
  }
  say(`Loading ${options.events} events …`);
  const loaded = await load(sql, options);
  await sql`VACUUM (ANALYZE)`;
  const sizes = await readSizes(sql, loaded.events);
  const first = await verify(options, 'Verifying everything …');

  say('Damaging rows of every table by hand …');
  const { reader, damages, readable } = await damage(sql, api.url);
  const second = await verify(options, `Verifying again, with ${damages.length} damages …`);

  const rebuild = await rebuildUnderTraffic(options, reader, env);
  await folded(sql, { say, signal });
  const last = await verify(options, 'Verifying at the end …');
  const restored = await reader.remember();
  const changed = [...readable].filter(([path, text]) => restored.get(path) !== text).map(([path]) => path);

  const checks = checksOf({ first, second, last, damages, rebuild, watched: readable.size, changed });
  return {
    options: { events: options.events, seed: options.seed, rate: options.rate },
    loaded,
    sizes,
    verify: first.figures,
    damages: damages.length,
    rebuildSeconds: rebuild.seconds,
    before: summaryOf(rebuild.before, options.baselineMs / 1_000),
    during: summaryOf(rebuild.during, rebuild.seconds),
    checks,
    clean: checks.every(({ ok }) => ok),
  };
}

interface Findings {
  readonly first: Verified;
  readonly second: Verified;
  readonly last: Verified;
  readonly damages: readonly Damage[];
  readonly rebuild: Rebuilt;
  readonly watched: number;
  /** Watched workflows that are not again what they were before the damage. */
  readonly changed: readonly string[];
}

function checksOf({ first, second, last, damages, rebuild, watched, changed }: Findings): Check[] {
  const { unfound, strangers } = findDamages(damages, second.differences);
  const { code, stdout, posted, dropped } = rebuild;
  const { reads, failed, halves } = rebuild.during;
  return [
    check('loaded and verified', first.differences.map(describe), first.summary),
    check('every damage found', unfound, `${damages.length} damages, ${unfound.length} of them not found`),
    check(
      'nothing else found',
      strangers,
      `${second.differences.length} differences, ${strangers.length} not of a damage`,
    ),
    check('rebuild ended well', code === 0 ? [] : [`exit code ${code}`], stdout.trim()),
    check('no event dropped', dropped, `${posted} events posted during the rebuild`),
    check('no failed read', failed, `${reads} reads, ${failed.length} failed`),
    check('no half workflow', halves, `${halves.length} details neither as before nor as after`),
    check('rebuilt and verified', last.differences.map(describe), last.summary),
    check('details as before the damage', changed, `${watched} watched, ${changed.length} differ`),
  ];
}

/** Remembers what the api says of the damaged workflows and some sound ones before and after the damage. */
async function damage(
  sql: Sql,
  apiUrl: string,
): Promise<{ reader: Reader; damages: Damage[]; readable: ReadonlyMap<string, string> }> {
  const watched = await watchedWorkflows(sql);
  const reader = new Reader(apiUrl, watched);
  const readable = await reader.remember();
  const damages = await damageEverything(sql);
  await reader.remember();
  return { reader, damages, readable };
}

/** Picked as the rows to be damaged are, and some more, so that most are damaged soon and others stay sound. */
async function watchedWorkflows(sql: Sql) {
  const tables = await readTables(sql);
  const picked = await Promise.all(tables.map((table) => pickRows(sql, table, table.columns.length + MORE, new Set())));
  const keys = picked.flat().map(({ env, serviceKey, workflowId }) => ({ env, serviceKey, workflowId }));
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

interface Verified {
  readonly figures: VerifyReport & { readonly seconds: number };
  readonly differences: Difference[];
  readonly summary: string;
}

async function verify({ sql, say, signal }: AtSizeOptions, title: string): Promise<Verified> {
  say(title);
  const differences: Difference[] = [];
  const begun = performance.now();
  let saidAt = begun;
  const figures = await verifyWorkflows(sql, {
    onDifference: (difference) => void differences.push(difference),
    onProgress: ({ workflows, events }) => {
      signal.throwIfAborted();
      if (performance.now() - saidAt < PROGRESS_EVERY_MS) return;
      saidAt = performance.now();
      say(`  ${workflows} workflows with ${events} events, ${perSecond(events, saidAt - begun)} events/s`);
    },
  });
  const ms = performance.now() - begun;
  const summary =
    `${figures.workflows} workflows, ${figures.events} events folded again in ${(ms / 1_000).toFixed(1)} s ` +
    `(${perSecond(figures.events, ms)} events/s), ${differences.length} differences`;
  say(`  ${summary}`);
  return { figures: { ...figures, seconds: ms / 1_000 }, differences, summary };
}

function summaryOf({ reads, latencies }: ReadFigures, seconds: number): ReadSummary {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { reads, perSecond: reads / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function describe(difference: Difference): string {
  return JSON.stringify(difference);
}

function check(name: string, wrong: readonly string[], found: string): Check {
  const examples = wrong.slice(0, 3).map((text) => text.slice(0, 600));
  return { name, ok: wrong.length === 0, found: [found, ...examples].join('\n') };
}
