/** The report of a flood for people, and its verdict. */
import { quantile } from '../measurement.ts';
import type { QuietOutcome } from './quiet-service.ts';
import type { FloodReport } from './run-flood.ts';

/** @param boundMs within which 99 in 100 workflows of the quiet service must be readable, milliseconds */
export function floodText(report: FloodReport, boundMs: number): { text: string; holds: boolean } {
  const fresh = quantile(report.flooded.freshMs, 0.99);
  const faults = [...report.faults];
  if (fresh > boundMs) {
    faults.push(
      `99 in 100 workflows of the quiet service were readable after ${fresh.toFixed(0)} ms; ${boundMs} ms is the bound.`,
    );
  }
  const tries = Object.entries(report.tries).map(([what, count]) => `${what}: ${count}`);
  const lines = [
    `Sustainable: ${report.sustainable} events/s. Offered by one service: ${report.offered} events, ${report.acknowledged} acknowledged, ${report.dropped} given up by the client.`,
    `Its tries: ${tries.join(', ')}.`,
    `Backlog: ${report.mostPending} events at its largest, the oldest ${(report.longestLagMs / 1_000).toFixed(1)} s; drained ${report.drainedAfterSeconds.toFixed(1)} s after the flood.`,
    `Memory of ingest: ${Math.round(report.ingestBytes / 1e6)} MB at most.`,
    '',
    'quiet service'.padEnd(20) +
      ['workflows', 'ack p50', 'ack p99', 'fresh p50', 'fresh p99', 'fresh max', 'retried']
        .map((name) => name.padStart(11))
        .join(''),
    quietLine('  before', report.calm),
    quietLine('  in the flood', report.flooded),
    '',
    faults.length === 0
      ? 'Nothing acknowledged is missing, and the quiet service stayed fresh.'
      : `DOES NOT HOLD:\n  ${faults.join('\n  ')}`,
  ];
  return { text: `${lines.join('\n')}\n`, holds: faults.length === 0 };
}

function quietLine(name: string, { workflows, ackMs, freshMs, failedTries }: QuietOutcome): string {
  const times = [
    quantile(ackMs, 0.5),
    quantile(ackMs, 0.99),
    quantile(freshMs, 0.5),
    quantile(freshMs, 0.99),
    quantile(freshMs, 1),
  ];
  const cells = [String(workflows), ...times.map((time) => `${time.toFixed(0)} ms`), String(failedTries)];
  return name.padEnd(20) + cells.map((cell) => cell.padStart(11)).join('');
}
