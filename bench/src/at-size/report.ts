import type { VerifyReport } from '@wm/store';
import type { Loaded } from './load.ts';
import type { TableSize } from './sizes.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** The figures, and where it is not well a few examples. */
  readonly found: string;
}

export interface ReadSummary {
  readonly reads: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface AtSizeReport {
  readonly options: { readonly events: number; readonly seed: number; readonly rate: number };
  readonly loaded: Loaded;
  readonly sizes: readonly TableSize[];
  /** The first one, of everything, without other traffic. */
  readonly verify: VerifyReport & { readonly seconds: number };
  readonly damages: number;
  readonly rebuildSeconds: number;
  /** Reads of the api under traffic, before and during the rebuild. */
  readonly before: ReadSummary;
  readonly during: ReadSummary;
  readonly checks: readonly Check[];
  readonly clean: boolean;
}

/** The verdict for people. */
export function reportText(report: AtSizeReport): string {
  const { loaded, before, during, sizes, checks, clean } = report;
  const total = sizes.reduce((sum, { bytesPerEvent }) => sum + bytesPerEvent, 0);
  return `${[
    `${loaded.events} events: inserted in ${loaded.insertSeconds.toFixed(0)} s, all folded after ${loaded.foldedSeconds.toFixed(0)} s`,
    '',
    `${'table'.padEnd(22)}${'rows'.padStart(12)}${'MB'.padStart(9)}${'bytes/event'.padStart(13)}`,
    ...sizes.map(
      ({ table, rows, totalBytes, bytesPerEvent }) =>
        `${table.padEnd(22)}${String(rows).padStart(12)}${(totalBytes / 1e6).toFixed(1).padStart(9)}${String(bytesPerEvent).padStart(13)}`,
    ),
    `${'together'.padEnd(43)}${String(total).padStart(13)}`,
    '',
    `rebuild of everything under ${report.options.rate} events/s and reads: ${report.rebuildSeconds.toFixed(0)} s`,
    `reads before it: ${readText(before)}`,
    `reads during it: ${readText(during)}, ${(during.p50Ms / before.p50Ms).toFixed(1)} times as long`,
    '',
    ...checks.map(({ name, ok, found }) => `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${found.replaceAll('\n', '\n        ')}`),
    '',
    clean
      ? 'CLEAN: verify finds every damage, rebuild mends it while the system runs.'
      : 'NOT CLEAN: see the lines with FAIL.',
  ].join('\n')}\n`;
}

function readText({ reads, perSecond, p50Ms, p99Ms }: ReadSummary): string {
  return `${reads} (${perSecond.toFixed(0)}/s), half of them within ${p50Ms.toFixed(0)} ms, 99 in 100 within ${p99Ms.toFixed(0)} ms`;
}
