import type { Machine } from '../machine.ts';
import type { Spread } from '../measurement.ts';
import type { ContinuingCost, LateCost, StreamCost } from './measures.ts';

/** The outcome of bench:fold. Lengths in events. */
export interface FoldReport {
  readonly machine: Machine;
  readonly queue: 'redis' | 'postgres';
  readonly repeats: number;
  readonly pure: readonly { readonly length: number; readonly perSecond: Spread }[];
  readonly late: readonly LateCost[];
  readonly stream: StreamCost;
  readonly continuing: readonly ContinuingCost[];
  /** Rows that are not the fold of their events afterwards: 0, or the figures mean nothing. */
  readonly differences: number;
}

/** The report as tables for people. */
export function reportText(report: FoldReport): string {
  const { machine, stream } = report;
  return `${[
    `Long runs and late events, ${report.repeats} repeats, queue on ${report.queue}; median (least to most)`,
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}, PostgreSQL ${machine.postgres}, ` +
      `fsync ${machine.fsync}, synchronous_commit ${machine.synchronousCommit}, load before ${machine.loadBefore.toFixed(1)}`,
    '',
    ...table([
      ['the fold by itself', 'events/s'],
      ...report.pure.map(({ length, perSecond }) => [`a run of ${length}`, spread(perSecond)]),
    ]),
    '',
    ...table([
      ['one late event', 'readable after, ms', 'CPU, ms', 'worker', 'PostgreSQL'],
      ...report.late.map(({ length, where, ms, cpuMs, workerMs, postgresMs }) => [
        `a run of ${length}, ${where}`,
        spread(ms),
        spread(cpuMs),
        workerMs.median.toFixed(0),
        postgresMs.median.toFixed(0),
      ]),
    ]),
    '',
    ...table([
      ['a long run goes on', 'CPU per event, µs', 'worker', 'PostgreSQL'],
      ...report.continuing.map(({ length, cpuUs, workerUs, postgresUs }) => [
        `a run of ${length}`,
        spread(cpuUs),
        workerUs.toFixed(0),
        postgresUs.toFixed(0),
      ]),
    ]),
    '',
    `${stream.events} late events at ${stream.perSecond} a second into a run of ${stream.length}: ${stream.streamCpuMs.toFixed(0)} ms of CPU ` +
      `(worker ${stream.workerMs.toFixed(0)}, PostgreSQL ${stream.postgresMs.toFixed(0)}; ingest beside it ${stream.ingestMs.toFixed(0)}), ` +
      `${stream.ratio.toFixed(1)} times that of one (${stream.oneCpuMs.toFixed(0)} ms); ${stream.refolds} refolds; ` +
      `the last row ${stream.lagMs.toFixed(0)} ms after the last request.`,
    `Rows that differ from the fold of their events afterwards: ${report.differences}.`,
  ].join('\n')}\n`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  return rows.map(([name, ...cells]) => name!.padEnd(28) + cells.map((cell) => cell.padStart(26)).join(''));
}

function spread({ median, least, most }: Spread): string {
  return `${median.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)})`;
}
