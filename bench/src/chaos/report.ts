import type { Broken } from './broken.ts';
import type { Check } from './ledger.ts';
import type { Recovery } from './recovery.ts';
import { faultText } from './schedule.ts';
import type { Backend, Fault, FaultPlan } from './schedule.ts';
import type { TrackerCounts } from './tracker.ts';

export interface FaultReport {
  readonly fault: Fault;
  /** From the strike until what was struck was there again. */
  readonly awayMs: number;
  readonly recovery: Recovery;
}

/** How a run went. Counts of events unless named otherwise, times in milliseconds. */
export interface ChaosReport {
  readonly seed: number;
  readonly lengthMs: number;
  readonly backend: Backend;
  readonly plan: FaultPlan;
  readonly broken: Broken | null;
  readonly faults: readonly FaultReport[];
  readonly sent: number;
  readonly acknowledged: number;
  readonly rejected: number;
  /** Events that were sent and not acknowledged, and those of them that are stored all the same. */
  readonly unacknowledged: { readonly sent: number; readonly stored: number };
  readonly tracker: TrackerCounts;
  readonly answersCut: number;
  readonly swept: number;
  readonly refolded: number;
  /** Runs of workflows that stood by the next version when it was rolled back, all deploys together. */
  readonly foldedByNext: number;
  /** The most that any pending event had waited when somebody looked. */
  readonly longestLagMs: number;
  /** From the end of the traffic until nothing was pending; null where that never was. */
  readonly drainedMs: number | null;
  /** Times that a process came up again. */
  readonly restarts: number;
  readonly checks: readonly Check[];
  readonly clean: boolean;
}

/** The verdict for people. */
export function reportText(report: ChaosReport): string {
  const { tracker, unacknowledged } = report;
  const broken = report.broken === null ? '' : `, workers broken on purpose (${report.broken})`;
  return `${[
    `Seed ${report.seed}, ${report.lengthMs / 1_000} s, queue on ${report.backend}${broken}`,
    '',
    ...faultTable(report.faults),
    '',
    `faults: ${listed(byKind(report.faults))}; longest recovery ${seconds(longestRecovery(report.faults))}`,
    `${report.sent} events in ${tracker.requests} requests; ${report.acknowledged} acknowledged as stored, ${report.rejected} as rejected`,
    `${unacknowledged.sent} never acknowledged (${tracker.droppedRequests} requests dropped after four tries); ${unacknowledged.stored} of them stored all the same`,
    `failed tries: ${listed(tracker.failedTries)}; ${report.answersCut} answers cut`,
    `${report.restarts} restarts of processes, ${report.swept} events found by the sweeper, ${report.refolded} refolds, ${report.foldedByNext} runs rolled back`,
    `longest wait of a pending event ${seconds(report.longestLagMs)}; nothing pending or to be folded again ${seconds(report.drainedMs)} after the traffic`,
    '',
    ...report.checks.map(checkText),
    '',
    report.clean
      ? 'CLEAN: nothing that was acknowledged is lost, and every row is what the log says.'
      : 'NOT CLEAN: see the lines with FAIL. The same seed strikes in the same way again.',
  ].join('\n')}\n`;
}

function faultTable(faults: readonly FaultReport[]): string[] {
  const rows = faults.map(({ fault, recovery }) => {
    const dropped = recovery.dropped > 0 ? ` (${recovery.dropped} probes dropped)` : '';
    return `${at(fault)}  ${faultText(fault).padEnd(44)} ${seconds(recovery.ms).padStart(9)}${dropped}`;
  });
  return [`${'at'.padStart(8)}  ${'fault'.padEnd(44)} ${'recovered'.padStart(9)}`, ...rows];
}

function byKind(faults: readonly FaultReport[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fault } of faults) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
  return counts;
}

/** Null where one never was. */
function longestRecovery(faults: readonly FaultReport[]): number | null {
  const times = faults.map(({ recovery }) => recovery.ms);
  return times.includes(null) ? null : Math.max(0, ...times.map(Number));
}

/** The schedule, one line for each fault. */
export function scheduleText(faults: readonly Fault[]): string {
  return faults.map((fault) => `${at(fault)}  ${faultText(fault)}`).join('\n');
}

function at(fault: Fault): string {
  return seconds(fault.at).padStart(8);
}

function seconds(ms: number | null): string {
  return ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
}

function checkText({ name, ok, found }: Check): string {
  const [figures, ...examples] = found.split('\n');
  return [`${ok ? '  ok' : 'FAIL'}  ${name.padEnd(26)} ${figures}`, ...examples.map((line) => `        ${line}`)].join(
    '\n',
  );
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.length === 0 ? 'none' : entries.map(([what, count]) => `${what} ${count}`).join(', ');
}
