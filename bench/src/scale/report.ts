import type { Machine } from '../machine.ts';
import { spreadOf } from '../measurement.ts';
import type { Spread } from '../measurement.ts';
import { textTable } from '../text-table.ts';
import type { DrainCost } from './backlog.ts';
import type { EventCost } from './growth.ts';

type Spreads<Cost> = { readonly [Figure in keyof Cost]: Spread };

export interface ScaleReport {
  readonly machine: Machine;
  readonly repeats: number;
  /** Events of one measurement. */
  readonly events: number;
  readonly growth: readonly ({ readonly workflows: number } & Spreads<EventCost>)[];
  /** Median over the rounds of: cost with most workflows over that with fewest, in the same round. null: not measured. */
  readonly growthRatio: number | null;
  readonly growthBound: number;
  readonly backlog: readonly ({ readonly workers: number; readonly ratioToOne: number } & Spreads<DrainCost>)[];
  readonly backlogBound: number;
  /** Whether both bounds hold; that of growth only counts from ten thousand to a million. */
  readonly withinBounds: boolean;
}

export const GROWTH_BOUND = 1.5;
/** Within ten percent of one worker process, or faster. */
export const BACKLOG_BOUND = 0.9;

/** Median and extremes of every figure. */
export function spreads<Cost extends object>(costs: readonly Cost[]): Spreads<Cost> {
  const figures = Object.keys(costs[0]!) as (keyof Cost)[];
  return Object.fromEntries(
    figures.map((figure) => [figure, spreadOf(costs.map((cost) => cost[figure] as number))]),
  ) as Spreads<Cost>;
}

/** Median over the rounds of one figure over another of the same round. */
export function medianRatio(over: readonly number[], under: readonly number[]): number {
  return spreadOf(over.map((value, round) => value / under[round]!)).median;
}

export function reportText(report: ScaleReport): string {
  const { machine, backlog } = report;
  return `${[
    `${report.events} events a measurement, ${report.repeats} rounds; median (least–most)`,
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}, PostgreSQL ${machine.postgres}, ` +
      `fsync ${machine.fsync}, synchronous_commit ${machine.synchronousCommit}, load before ${machine.loadBefore.toFixed(1)}`,
    '',
    ...growthLines(report),
    ...(backlog.length === 0
      ? []
      : [
          '',
          table([
            ['worker processes', ...backlog.map(({ workers }) => String(workers))],
            ['drained, events/s', ...backlog.map(({ eventsPerSecond }) => cell(eventsPerSecond, 0))],
            ['worker, µs per event', ...backlog.map(({ workerUs }) => cell(workerUs, 0))],
            ['PostgreSQL, µs per event', ...backlog.map(({ postgresUs }) => cell(postgresUs, 0))],
            ['Redis, µs per event', ...backlog.map(({ redisUs }) => cell(redisUs, 0))],
            ['of the rate of one', ...backlog.map(({ ratioToOne }) => ratioToOne.toFixed(2))],
          ]),
        ]),
  ].join('\n')}\n`;
}

function growthLines({ growth, growthRatio, growthBound }: ScaleReport): string[] {
  if (growthRatio === null) return [];
  return [
    table([
      ['workflows stored', ...growth.map(({ workflows }) => String(workflows))],
      ['events/s', ...growth.map(({ eventsPerSecond }) => cell(eventsPerSecond, 0))],
      ['processor time per event, µs', ...growth.map(({ costUs }) => cell(costUs, 0))],
      ['  ingest', ...growth.map(({ ingestUs }) => cell(ingestUs, 0))],
      ['  worker', ...growth.map(({ workerUs }) => cell(workerUs, 0))],
      ['  PostgreSQL', ...growth.map(({ postgresUs }) => cell(postgresUs, 0))],
      ['Redis, µs (not in the sum)', ...growth.map(({ redisUs }) => cell(redisUs, 0))],
      ['WAL per event, bytes', ...growth.map(({ walBytes }) => cell(walBytes, 0))],
      ['  whole pages per event', ...growth.map(({ fullPages }) => cell(fullPages, 2))],
      ['pages read per event', ...growth.map(({ pagesRead }) => cell(pagesRead, 2))],
    ]),
    '',
    `With ${growth.at(-1)!.workflows} workflows an event costs ${growthRatio.toFixed(2)} times what it costs with ${growth[0]!.workflows} (bound ${growthBound}).`,
  ];
}

function cell({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function table(rows: readonly (readonly string[])[]): string {
  return textTable(rows, { firstColumn: 32, column: 26 });
}
