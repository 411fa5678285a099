import type { Machine } from '../machine.ts';
import { spreadOf } from '../measurement.ts';
import type { Spread } from '../measurement.ts';
import type { Latency, Level, Shape } from './measure-shape.ts';
import type { IngestOptions, Repeat } from './run-ingest.ts';

/** Medians and extremes over the repeats; rates in events per second, times in milliseconds. */
export interface IngestReport {
  readonly machine: Machine;
  readonly options: IngestOptions;
  readonly idleCommitMs: LatencySpread;
  readonly shapes: Readonly<Record<Shape, ShapeSummary>>;
  readonly withoutWorkers: { readonly eventsPerSecond: Spread; readonly ackMs: LatencySpread };
  readonly copyPerSecond: Spread;
  readonly rounds: readonly Repeat[];
}

export type LatencySpread = Readonly<Record<keyof Latency, Spread>>;

export interface ShapeSummary {
  readonly sustainablePerSecond: Spread;
  readonly levels: readonly LevelSummary[];
  readonly bound: BoundSummary;
}

interface LevelSummary {
  readonly share: number;
  readonly offeredPerSecond: Spread;
  readonly acknowledgedPerSecond: Spread;
  readonly ackMs: LatencySpread;
  readonly bareMs: LatencySpread;
  readonly commitMs: LatencySpread;
}

/** At half of the sustainable rate: what the answer may take at p99, by that of the bare endpoint and of one commit under this load. */
interface BoundSummary {
  readonly ackP99Ms: number;
  /** 5 times the bare endpoint, plus one commit: the stricter reading. */
  readonly strictMs: number;
  /** 5 times the sum of both. */
  readonly looseMs: number;
  readonly holds: boolean;
}

const TIMES_BARE = 5;
const HALF = 0.5;

/** @param rounds at least one */
export function summarise(machine: Machine, options: IngestOptions, rounds: readonly Repeat[]): IngestReport {
  return {
    machine,
    options,
    idleCommitMs: latencySpread(rounds.map(({ idleCommitMs }) => idleCommitMs)),
    shapes: { real: shapeSummary(rounds, 'real'), hundred: shapeSummary(rounds, 'hundred') },
    withoutWorkers: {
      eventsPerSecond: spreadOf(rounds.map(({ withoutWorkers }) => withoutWorkers.eventsPerSecond)),
      ackMs: latencySpread(rounds.map(({ withoutWorkers }) => withoutWorkers.ackMs)),
    },
    copyPerSecond: spreadOf(rounds.map(({ copyPerSecond }) => copyPerSecond)),
    rounds,
  };
}

function shapeSummary(rounds: readonly Repeat[], shape: Shape): ShapeSummary {
  const runs = rounds.map(({ shapes }) => shapes.find((one) => one.shape === shape)!);
  const levels = runs[0]!.levels.map(({ share }, index) =>
    levelSummary(
      share,
      runs.map((run) => run.levels[index]!),
    ),
  );
  return {
    sustainablePerSecond: spreadOf(runs.map(({ sustainablePerSecond }) => sustainablePerSecond)),
    levels,
    bound: boundOf(levels.find(({ share }) => share === HALF)!),
  };
}

function levelSummary(share: number, runs: readonly Level[]): LevelSummary {
  return {
    share,
    offeredPerSecond: spreadOf(runs.map(({ offeredPerSecond }) => offeredPerSecond)),
    acknowledgedPerSecond: spreadOf(runs.map(({ acknowledgedPerSecond }) => acknowledgedPerSecond)),
    ackMs: latencySpread(runs.map(({ ackMs }) => ackMs)),
    bareMs: latencySpread(runs.map(({ bareMs }) => bareMs)),
    commitMs: latencySpread(runs.map(({ commitMs }) => commitMs)),
  };
}

function boundOf({ ackMs, bareMs, commitMs }: LevelSummary): BoundSummary {
  const ackP99Ms = ackMs.p99.median;
  const strictMs = TIMES_BARE * bareMs.p99.median + commitMs.p99.median;
  const looseMs = TIMES_BARE * (bareMs.p99.median + commitMs.p99.median);
  return { ackP99Ms, strictMs, looseMs, holds: ackP99Ms <= strictMs };
}

function latencySpread(runs: readonly Latency[]): LatencySpread {
  const spread = (name: keyof Latency): Spread => spreadOf(runs.map((run) => run[name]));
  return { p50: spread('p50'), p99: spread('p99'), p999: spread('p999') };
}
