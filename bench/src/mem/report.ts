import type { Machine } from '../machine.ts';
import { textTable } from '../text-table.ts';
import type { MemFigures } from './measure.ts';

export interface MemReport extends MemFigures {
  readonly machine: Machine;
  readonly seconds: number;
  /** Ingest and worker each stay below it. */
  readonly boundMb: number;
  readonly withinBound: boolean;
  readonly bytesPerEvent: {
    readonly log: number;
    readonly projection: number;
    readonly rollups: number;
    readonly other: number;
  };
}

const BOUND_MB = 256;

const PROJECTION = ['workflows', 'workflow_steps', 'step_attempts', 'workflow_sleeps'];

export function reportOf(figures: MemFigures, machine: Machine, seconds: number): MemReport {
  const { memory, stored } = figures;
  const sum = (belongs: (table: string) => boolean): number =>
    stored.filter(({ table }) => belongs(table)).reduce((total, { bytesPerEvent }) => total + bytesPerEvent, 0);
  const log = sum((table) => table === 'workflow_events');
  const projection = sum((table) => PROJECTION.includes(table));
  const rollups = sum((table) => table.startsWith('rollup_'));
  return {
    machine,
    seconds,
    ...figures,
    boundMb: BOUND_MB,
    withinBound: memory.ingest.peakMb < BOUND_MB && memory.worker.peakMb < BOUND_MB,
    bytesPerEvent: { log, projection, rollups, other: sum(() => true) - log - projection - rollups },
  };
}

export function reportText(report: MemReport): string {
  const { machine, memory, stored, bytesPerEvent, work, queue } = report;
  const total = Object.values(bytesPerEvent).reduce((sum, value) => sum + value, 0);
  const memoryRows = Object.entries(memory).map(([name, { medianMb, peakMb }]) => [
    name,
    medianMb.toFixed(0),
    peakMb.toFixed(0),
  ]);
  const storedRows = stored.map(({ table, part, bytesPerEvent: bytes }) => [
    part === 'heap' ? table : `  ${part}`,
    bytes.toFixed(1),
    `${((bytes / total) * 100).toFixed(1)} %`,
  ]);
  const widths = { firstColumn: 66, column: 12 };
  return `${[
    `${report.events} events at ${report.rate.toFixed(0)} events/s for ${report.seconds} s, at most ${report.mostPending} of them waiting`,
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}, PostgreSQL ${machine.postgres}, ` +
      `fsync ${machine.fsync}, synchronous_commit ${machine.synchronousCommit}, load before ${machine.loadBefore.toFixed(1)}`,
    '',
    textTable([['resident memory, MB', 'median', 'peak'], ...memoryRows], widths),
    `Ingest and worker ${report.withinBound ? 'stay' : 'do NOT stay'} below ${report.boundMb} MB.`,
    '',
    textTable([['on disk', 'bytes/event', 'share'], ...storedRows, ['sum', total.toFixed(1), '100.0 %']], widths),
    `Of these the log ${bytesPerEvent.log.toFixed(0)}, the projection ${bytesPerEvent.projection.toFixed(0)}, the rollups ${bytesPerEvent.rollups.toFixed(0)}, the rest ${bytesPerEvent.other.toFixed(0)}.`,
    `WAL ${work.walBytes.toFixed(0)} bytes an event, ${work.fullPages.toFixed(2)} whole pages among them.`,
    `Redis ${queue.bytesPerWaitingJob.toFixed(0)} bytes for each job that waits, ${(queue.bytesPerWaitingJob / queue.eventsPerJob).toFixed(0)} for each event (${queue.eventsPerJob.toFixed(1)} events a job).`,
  ].join('\n')}\n`;
}
