/** What is measured of long runs. Each measure takes a run of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import { spreadOf } from '../measurement.ts';
import type { Spread } from '../measurement.ts';
import { EVENTS_A_REQUEST, foldable, longRun } from './long-run.ts';
import type { RawEvent } from './long-run.ts';
import { costOf, foldCpu } from './surroundings.ts';
import type { Cost, CpuTimes, Surroundings } from './surroundings.ts';

/** Events per second of the fold by itself: no database, no parsing. */
export function pureFold(length: number, repeats: number): Spread {
  const events = foldable(longRun(length, true).events);
  const rates = Array.from({ length: repeats + 1 }, () => {
    const begun = performance.now();
    foldEvents(emptyWorkflow(), events);
    return length / ((performance.now() - begun) / 1_000);
  });
  return spreadOf(rates.slice(1));
}

export interface LateCost {
  readonly length: number;
  readonly where: 'start' | 'middle' | 'end';
  readonly ms: Spread;
  /** Of worker and PostgreSQL, milliseconds of processor time. */
  readonly cpuMs: Spread;
  readonly workerMs: Spread;
  readonly postgresMs: Spread;
}

const PLACES = { start: 0.01, middle: 0.5, end: 0.99 } as const;

/** A late step.completed, by itself, at three places of a run: everything behind it moves by one. */
export async function lateEvents(here: Surroundings, idle: CpuTimes, length: number, repeats: number) {
  const { workflowId, events } = longRun(length, false);
  const late = Object.values(PLACES).map((share) => heldBack(events, share, share, repeats));
  const present = without(events, late.flat());
  await here.load(present);
  let stored = present.length;
  const costs: LateCost[] = [];
  for (const [index, where] of (Object.keys(PLACES) as (keyof typeof PLACES)[]).entries()) {
    const each: Cost[] = [];
    for (const event of late[index]!) {
      stored += 1;
      const cost = await costOf(here, idle, () => sent(here, workflowId, event, stored));
      each.push(cost);
      await rested(cost);
    }
    costs.push({ length, where, ...spreads(each) });
  }
  return costs;
}

/** By itself: after a long refold a workflow rests for some times as long. */
async function rested({ ms }: Cost): Promise<void> {
  if (ms > 40) await pause(ms * 5);
}

async function sent(here: Surroundings, workflowId: string, event: RawEvent, stored: number): Promise<void> {
  await here.post([event]);
  await here.readable(workflowId, stored);
}

function spreads(each: readonly Cost[]): Omit<LateCost, 'length' | 'where'> {
  return {
    ms: spreadOf(each.map(({ ms }) => ms)),
    cpuMs: spreadOf(each.map(({ cpu }) => foldCpu(cpu))),
    workerMs: spreadOf(each.map(({ cpu }) => cpu.worker)),
    postgresMs: spreadOf(each.map(({ cpu }) => cpu.postgres)),
  };
}

export interface StreamCost {
  readonly length: number;
  readonly events: number;
  readonly perSecond: number;
  /** One late event in the middle, before the stream. */
  readonly oneCpuMs: number;
  readonly streamCpuMs: number;
  /** The second over the first. */
  readonly ratio: number;
  readonly ingestMs: number;
  readonly workerMs: number;
  readonly postgresMs: number;
  /** From the last request to the last row. */
  readonly lagMs: number;
  readonly refolds: number;
}

/** Late events from all over a long run, each a request of its own, at a steady rate whatever becomes of them. */
export async function lateStream(here: Surroundings, idle: CpuTimes, length: number, count: number, perSecond: number) {
  const { workflowId, events } = longRun(length, false);
  const single = heldBack(events, 0.5, 0.5, 3);
  const many = heldBack(events, 0.01, 0.99, count).filter((event) => !single.includes(event));
  const present = without(events, [...single, ...many]);
  await here.load(present);
  const ones: number[] = [];
  for (const [index, event] of single.entries()) {
    const cost = await costOf(here, idle, () => sent(here, workflowId, event, present.length + index + 1));
    ones.push(foldCpu(cost.cpu));
    await rested(cost);
  }
  const refoldsBefore = await refoldCount(here);
  let lagMs = 0;
  const { cpu } = await costOf(here, idle, async () => {
    const begun = performance.now();
    for (const [index, event] of many.entries()) {
      const due = begun + (index * 1_000) / perSecond - performance.now();
      if (due > 0) await pause(due);
      await here.post([event]);
    }
    const posted = performance.now();
    await here.settled();
    lagMs = performance.now() - posted;
  });
  const oneCpuMs = spreadOf(ones).median;
  const streamCpuMs = foldCpu(cpu);
  const stream: StreamCost = {
    length,
    events: many.length,
    perSecond,
    oneCpuMs,
    streamCpuMs,
    ratio: streamCpuMs / oneCpuMs,
    ingestMs: cpu.ingest,
    workerMs: cpu.worker,
    postgresMs: cpu.postgres,
    lagMs,
    refolds: (await refoldCount(here)) - refoldsBefore,
  };
  return stream;
}

async function refoldCount({ sql }: Surroundings): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT coalesce(sum(value), 0)::integer AS count FROM pipeline_counters WHERE name = 'refolded'`;
  return row.count;
}

export interface ContinuingCost {
  readonly length: number;
  /** Worker and PostgreSQL, microseconds of processor time per event; rounds of many requests. */
  readonly cpuUs: Spread;
  readonly workerUs: number;
  readonly postgresUs: number;
}

/** Requests of a few events in order, each folded before the next one comes. */
export async function continuing(
  here: Surroundings,
  idle: CpuTimes,
  length: number,
  repeats: number,
  requests: number,
): Promise<ContinuingCost> {
  const run = longRun(length, false);
  await here.load(run.events);
  let stored = run.events.length;
  const each: CpuTimes[] = [];
  for (let round = 0; round < repeats; round += 1) {
    const { cpu } = await costOf(here, idle, async () => {
      for (let request = 0; request < requests; request += 1) {
        const events = run.goOn();
        stored += events.length;
        await here.post(events);
        await here.readable(run.workflowId, stored);
      }
    });
    each.push(cpu);
  }
  const perEvent = (ms: number): number => (ms * 1_000) / (requests * EVENTS_A_REQUEST);
  return {
    length,
    cpuUs: spreadOf(each.map((cpu) => perEvent(foldCpu(cpu)))),
    workerUs: spreadOf(each.map((cpu) => perEvent(cpu.worker))).median,
    postgresUs: spreadOf(each.map((cpu) => perEvent(cpu.postgres))).median,
  };
}

/** Completions of steps, evenly spread over a part of the run. @param from share of the run, @param to the same */
function heldBack(events: readonly RawEvent[], from: number, to: number, count: number): RawEvent[] {
  const first = Math.floor(events.length * from);
  const spread = Math.max(count * 2, Math.floor(events.length * (to - from)));
  const part = events.slice(first, first + spread + 8).filter(({ type }) => type === 'step.completed');
  return Array.from({ length: count }, (_, index) => part[Math.floor((index * part.length) / count)]!).filter(
    (event, index, all) => event !== undefined && all.indexOf(event) === index,
  );
}

function without(events: readonly RawEvent[], some: readonly RawEvent[]): RawEvent[] {
  const left = new Set(some);
  return events.filter((event) => !left.has(event));
}
