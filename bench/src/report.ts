import type { Machine } from './machine.ts';
import type { Spread } from './measurement.ts';

/** The outcome of the smoke benchmark; rates in events per second. */
export interface Report {
  readonly machine: Machine;
  readonly queue: 'redis' | 'postgres';
  readonly workers: number;
  readonly repeats: number;
  readonly requests: number;
  readonly events: number;
  readonly pipeline: Spread;
  readonly documentLoop: Spread;
  /** Median of the pipeline over median of the document's loop. */
  readonly ratio: number;
  readonly lagMs: Spread;
  readonly ackP50Ms: Spread;
  readonly ackP99Ms: Spread;
}

/** The report as a table for people. */
export function reportText(report: Report): string {
  const { machine } = report;
  const rows = [
    ['', 'median', 'least', 'most'],
    ['pipeline, events/s', ...cells(report.pipeline, 0)],
    ["document's loop, events/s", ...cells(report.documentLoop, 0)],
    ['last answer to projection, ms', ...cells(report.lagMs, 0)],
    ['answer, half of them, ms', ...cells(report.ackP50Ms, 1)],
    ['answer, 99 in 100, ms', ...cells(report.ackP99Ms, 1)],
  ];
  const table = rows.map(([name, ...values]) => name!.padEnd(30) + values.map((value) => value.padStart(9)).join(''));
  return `${[
    `${report.events} events in ${report.requests} requests, ${report.repeats} rounds, queue on ${report.queue}, ${report.workers} worker process(es)`,
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}, PostgreSQL ${machine.postgres}, ` +
      `fsync ${machine.fsync}, synchronous_commit ${machine.synchronousCommit}, load before ${machine.loadBefore.toFixed(1)}`,
    '',
    ...table,
    '',
    `From HTTP to the committed projection: ${report.ratio.toFixed(1)} times the document's loop.`,
  ].join('\n')}\n`;
}

function cells({ median, least, most }: Spread, digits: number): string[] {
  return [median, least, most].map((value) => value.toFixed(digits));
}
