/** One run: fill a store, verify it, damage it, verify again, rebuild it under traffic and reads, verify at the end. */
import { setTimeout as pause } from 'node:timers/promises';
import { verifyWorkflows } from '@wm/store';
import type { Difference, Sql, VerifyReport } from '@wm/store';
import { startServiceProcess } from '../pipeline/service-process.ts';
import { startCommand } from './command.ts';
import { damageEverything } from './damage.ts';
import type { Damage } from './damage.ts';
import { findDamages } from './find-damages.ts';
import { folded, load, perSecond } from './load.ts';
import { Reader } from './reader.ts';
import type { ReadFigures } from './reader.ts';
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

/** Workflows without damage that are watched during the rebuild, beside the damaged ones. */
const SOUND = 100;
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
  const { unfound, strangers } = findDamages(damages, second.differences);

  const rebuild = await rebuildUnderTraffic(options, reader, env);
  await folded(sql, { say, signal });
  const last = await verify(options, 'Verifying at the end …');
  const restored = await reader.remember();
  const changed = [...readable].filter(([path, text]) => restored.get(path) !== text).map(([path]) => path);

  const checks: Check[] = [
    check('loaded and verified', first.differences.map(describe), first.summary),
    check('every damage found', unfound, `${damages.length} damages, ${unfound.length} of them not found`),
    check(
      'nothing else found',
      strangers,
      `${second.differences.length} differences, ${strangers.length} not of a damage`,
    ),
    check('rebuild ended well', rebuild.code === 0 ? [] : [rebuild.stdout], rebuild.stdout.trim()),
    check('no event dropped', rebuild.dropped, `${rebuild.posted} events posted during the rebuild`),
    check(
      'no failed read',
      rebuild.during.failed,
      `${rebuild.during.reads} reads, ${rebuild.during.failed.length} failed`,
    ),
    check(
      'no half workflow',
      rebuild.during.halves,
      `${rebuild.during.halves.length} details neither as before nor as after`,
    ),
    check('rebuilt and verified', last.differences.map(describe), last.summary),
    check('details as before the damage', changed, `${readable.size} watched, ${changed.length} differ`),
  ];
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

/** The rows that are going to be damaged, and some more. */
async function watchedWorkflows(sql: Sql) {
  const tables = await readTables(sql);
  const picked = await Promise.all(
    tables.map((table) => pickRows(sql, table, Math.min(SOUND, table.columns.length + 5), new Set())),
  );
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

interface Rebuilt {
  readonly code: number | null;
  readonly stdout: string;
  readonly seconds: number;
  readonly posted: number;
  readonly dropped: string[];
  readonly before: ReadFigures;
  readonly during: ReadFigures;
}

async function rebuildUnderTraffic(
  options: AtSizeOptions,
  reader: Reader,
  env: Readonly<Record<string, string>>,
): Promise<Rebuilt> {
  const { rate, baselineMs, say, signal } = options;
  const ingest = await startServiceProcess('ingest', env);
  const simulate = startCommand(['simulate', '--url', ingest.url, '--rate', String(rate), '--forever', '--json'], {
    env,
  });
  try {
    say(`Posting ${rate} events/s, reading the api …`);
    const { reading: baseline, end: endBaseline } = startReading(reader, signal);
    await pause(baselineMs, undefined, { signal }).finally(endBaseline);
    const before = await baseline;
    say('`wm rebuild` of everything, meanwhile …');
    const begun = performance.now();
    const { reading, end } = startReading(reader, signal);
    const rebuild = startCommand(['rebuild'], { env, onLine: nowAndThen(say) });
    signal.addEventListener('abort', () => rebuild.interrupt(), { once: true });
    const { code, stdout } = await rebuild.ended;
    const seconds = (performance.now() - begun) / 1_000;
    end();
    const during = await reading;
    simulate.interrupt();
    const { posted, dropped } = await outcomeOf(simulate.ended);
    signal.throwIfAborted();
    return { code, stdout, seconds, posted, dropped, before, during };
  } finally {
    simulate.interrupt();
    await simulate.ended;
    await ingest.stop();
  }
}

/** Reads until `end` is called or the signal comes. */
function startReading(reader: Reader, signal: AbortSignal): { reading: Promise<ReadFigures>; end: () => void } {
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener('abort', end, { once: true });
  return { reading: reader.readUntil(over.signal), end };
}

async function outcomeOf(
  ended: Promise<{ code: number | null; stdout: string }>,
): Promise<Pick<Rebuilt, 'posted' | 'dropped'>> {
  const { code, stdout } = await ended;
  const { events = 0 } = JSON.parse(stdout || '{}') as { events?: number };
  return { posted: events, dropped: code === 0 ? [] : [`wm simulate ended with ${code}: ${stdout}`] };
}

/** Progress comes every second; a long run needs less of it. */
function nowAndThen(say: (line: string) => void): (line: string) => void {
  let saidAt = 0;
  return (line) => {
    if (performance.now() - saidAt < PROGRESS_EVERY_MS) return;
    saidAt = performance.now();
    say(`  ${line}`);
  };
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
