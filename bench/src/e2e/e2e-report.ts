import type { FloorWay } from '../floor/ways.ts';
import type { Machine } from '../machine.ts';
import { spreadOf } from '../measurement.ts';
import type { Spread } from '../measurement.ts';
import type { PipelineMeasurement } from './measure-pipeline.ts';
import type { BaselineMeasurement, E2eOptions, Round } from './run-e2e.ts';

/** Medians and extremes over the rounds; rates in events per second. */
export interface E2eReport {
  readonly machine: Machine;
  readonly options: E2eOptions;
  /** null: there was no redis-server. */
  readonly redis: PipelineSummary | null;
  readonly postgres: PipelineSummary;
  readonly loop: BaselineSummary;
  /** 100 events a transaction, of which ratioToFloor is the ratio; then ways that no system could take that answers. */
  readonly floor: BaselineSummary;
  readonly floorOneConnection: BaselineSummary;
  readonly floorFastest: BaselineSummary;
  readonly rounds: readonly Round[];
}

export interface PipelineSummary {
  /** Medians of the ratios of each round. */
  readonly ratioToLoop: number;
  readonly ratioToFloor: number;
  readonly ratioToLoopSpread: Spread;
  readonly ratioToFloorSpread: Spread;
  readonly ratioToFloorOneConnection: Spread;
  readonly ratioToFloorFastest: Spread;
  readonly eventsPerSecond: Spread;
  readonly lagMs: Spread;
  readonly ackMs: QuantileSpreads;
  readonly processorMicros: Readonly<Record<string, Spread>>;
  readonly halfRate: {
    readonly eventsPerSecond: Spread;
    readonly ackMs: QuantileSpreads;
    readonly freshnessMs: QuantileSpreads;
  };
}

interface QuantileSpreads {
  readonly p50: Spread;
  readonly p99: Spread;
}

interface BaselineSummary {
  readonly eventsPerSecond: Spread;
  readonly processorMicros: Readonly<Record<string, Spread>>;
}

/** @param rounds at least one */
export function summarise(machine: Machine, options: E2eOptions, rounds: readonly Round[]): E2eReport {
  return {
    machine,
    options,
    redis: rounds.every(({ redis }) => redis !== null) ? pipelineSummary(rounds, ({ redis }) => redis!) : null,
    postgres: pipelineSummary(rounds, ({ postgres }) => postgres),
    loop: baselineSummary(rounds.map(({ loop }) => loop)),
    floor: baselineSummary(rounds.map(({ floor }) => floor.inBatches)),
    floorOneConnection: baselineSummary(rounds.map(({ floor }) => floor.oneConnection)),
    floorFastest: baselineSummary(rounds.map(({ floor }) => floor.fastest)),
    rounds,
  };
}

function pipelineSummary(rounds: readonly Round[], of: (round: Round) => PipelineMeasurement): PipelineSummary {
  const spread = (value: (run: PipelineMeasurement, round: Round) => number): Spread =>
    spreadOf(rounds.map((round) => value(of(round), round)));
  const toLoop = spread((run, { loop }) => run.eventsPerSecond / loop.eventsPerSecond);
  const toFloor = (way: FloorWay): Spread =>
    spread((run, { floor }) => run.eventsPerSecond / floor[way].eventsPerSecond);
  return {
    ratioToLoop: toLoop.median,
    ratioToFloor: toFloor('inBatches').median,
    ratioToLoopSpread: toLoop,
    ratioToFloorSpread: toFloor('inBatches'),
    ratioToFloorOneConnection: toFloor('oneConnection'),
    ratioToFloorFastest: toFloor('fastest'),
    eventsPerSecond: spread((run) => run.eventsPerSecond),
    lagMs: spread((run) => run.lagMs),
    ackMs: { p50: spread((run) => run.ackMs.p50), p99: spread((run) => run.ackMs.p99) },
    processorMicros: processorSpreads(rounds.map((round) => of(round).processorMicros)),
    halfRate: {
      eventsPerSecond: spread(({ halfRate }) => halfRate.eventsPerSecond),
      ackMs: { p50: spread(({ halfRate }) => halfRate.ackMs.p50), p99: spread(({ halfRate }) => halfRate.ackMs.p99) },
      freshnessMs: {
        p50: spread(({ halfRate }) => halfRate.freshnessMs.p50),
        p99: spread(({ halfRate }) => halfRate.freshnessMs.p99),
      },
    },
  };
}

function baselineSummary(runs: readonly BaselineMeasurement[]): BaselineSummary {
  return {
    eventsPerSecond: spreadOf(runs.map(({ eventsPerSecond }) => eventsPerSecond)),
    processorMicros: processorSpreads(runs.map(({ processorMicros }) => processorMicros)),
  };
}

function processorSpreads(runs: readonly Readonly<Record<string, number>>[]): Record<string, Spread> {
  const names = Object.keys(runs[0]!);
  return Object.fromEntries(names.map((name) => [name, spreadOf(runs.map((run) => run[name]!))]));
}
