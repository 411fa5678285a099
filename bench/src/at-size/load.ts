/** Fills the log with the simulator's events by the statement that ingest uses, and has the workers fold them. */
import { setTimeout as pause } from 'node:timers/promises';
import { readBody, readEvent } from '@wm/events';
import type { StorableEvent } from '@wm/events';
import { generateTraffic } from '@wm/simulator';
import { insertEvents, inTransaction, pinPlans } from '@wm/store';
import type { InsertOutcome, Sql } from '@wm/store';

export interface LoadOptions {
  readonly seed: number;
  /** Events at least. */
  readonly events: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Loaded {
  /** Events in the log. */
  readonly events: number;
  readonly insertSeconds: number;
  /** From the first event inserted to the last one folded. */
  readonly foldedSeconds: number;
}

/** Events a second of the simulated time: a million are some three hours of a busy installation. */
const RATE = 100;
/** No event may lie ahead of the clock: the longest workflow has ended by now. */
const MARGIN_MS = 10 * 60_000;
const PACE = { pace: { speed: 60, longestWaitMs: 8_000 } };
const BATCH = 400;
const INSERTS_AT_ONCE = 2;
const PROGRESS_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 200;
/** With so many events waiting, loading pauses: the sweeper's look at the work list grows with it. */
const MOST_PENDING = 50_000;

/** Resolves when all events are folded. @throws where the database fails, or the signal ends it */
export async function load(sql: Sql, options: LoadOptions): Promise<Loaded> {
  const { say, signal } = options;
  const begun = performance.now();
  const batches = storableBatches(options);
  let inserted = 0;
  let saidAt = begun;
  const insertInTurn = async (): Promise<void> => {
    while (inserted < options.events) {
      signal.throwIfAborted();
      const batch = batches.next().value;
      const outcomes = await insert(sql, batch);
      inserted += outcomes.filter((outcome) => outcome === 'inserted').length;
      if (performance.now() - saidAt < PROGRESS_EVERY_MS) continue;
      saidAt = performance.now();
      const pending = await pendingLeft(sql);
      say(`  ${inserted} events inserted, ${perSecond(inserted, saidAt - begun)}/s; ${pending} wait to be folded`);
      while ((await pendingLeft(sql)) > MOST_PENDING) await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  };
  await Promise.all(Array.from({ length: INSERTS_AT_ONCE }, insertInTurn));
  const insertSeconds = (performance.now() - begun) / 1_000;
  await folded(sql, { say, signal });
  return { events: inserted, insertSeconds, foldedSeconds: (performance.now() - begun) / 1_000 };
}

/** With the plans that ingest has: one that was made while the log was empty would read all of it later. */
async function insert(sql: Sql, batch: readonly StorableEvent[]): Promise<InsertOutcome[]> {
  return inTransaction(sql, async (tx) => {
    const [, outcomes] = await Promise.all([pinPlans(tx), insertEvents(tx, batch)]);
    return outcomes;
  });
}

/** Resolves when nothing waits to be folded. */
export async function folded(sql: Sql, { say, signal }: Pick<LoadOptions, 'say' | 'signal'>): Promise<void> {
  let saidAt = performance.now();
  for (let left = await pendingLeft(sql); left > 0; left = await pendingLeft(sql)) {
    await pause(LOOK_EVERY_MS, undefined, { signal });
    if (performance.now() - saidAt < PROGRESS_EVERY_MS) continue;
    saidAt = performance.now();
    say(`  ${left} events wait to be folded`);
  }
}

async function pendingLeft(sql: Sql): Promise<number> {
  const [row] = await sql<[{ left: number }]>`SELECT count(*) AS left FROM pending_events`;
  return row.left;
}

/** Events that ingest would store, read from the bodies as it reads them, without end. Some come twice. */
function* storableBatches({ seed, events }: LoadOptions): Generator<StorableEvent[], never, void> {
  const startAt = Date.now() - (events / RATE) * 1_000 - MARGIN_MS;
  let batch: StorableEvent[] = [];
  for (const { at, body } of generateTraffic({ seed, rate: RATE, startAt, workflows: Infinity, ...PACE })) {
    batch.push(...storable(body, at));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  throw new Error('The simulator ended, although it was asked for endless traffic.');
}

function storable(body: object, now: number): StorableEvent[] {
  const read = readBody(Buffer.from(JSON.stringify(body)));
  if (read.kind !== 'events') throw new Error(`The simulator made a request that is none: ${read.problem}`);
  return read.events.flatMap((raw) => {
    const event = readEvent(raw, now);
    return event.kind === 'rejected' ? [] : [event.event];
  });
}

export function perSecond(count: number, ms: number): number {
  return Math.round(count / (ms / 1_000));
}
