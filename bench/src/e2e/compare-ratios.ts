import type { E2eReport } from './e2e-report.ts';

/** What the pipeline reached on each queue backend, beside what was measured in the same run. */
export type Ratios = Readonly<Partial<Record<Backend, Readonly<Record<Ratio, number>>>>>;

type Backend = 'redis' | 'postgres';
type Ratio = 'ratioToLoop' | 'ratioToFloor';

const NAMES: Readonly<Record<Ratio, string>> = {
  ratioToLoop: "of the rate of the document's loop",
  ratioToFloor: 'of the rate of a bare COPY of the same rows',
};
const BACKENDS: readonly Backend[] = ['redis', 'postgres'];

/** The ratios of a report as they are recorded. */
export function ratiosOf(report: E2eReport): Ratios {
  const entries = BACKENDS.flatMap((backend) => {
    const summary = report[backend];
    if (summary === null) return [];
    return [[backend, { ratioToLoop: rounded(summary.ratioToLoop), ratioToFloor: rounded(summary.ratioToFloor) }]];
  });
  return Object.fromEntries(entries) as Ratios;
}

export interface Comparison {
  readonly line: string;
  readonly ok: boolean;
}

/** @param share of the recorded ratio that is still well: runs differ from each other, and one machine from another */
export function compareRatios(recorded: Ratios, measured: Ratios, share: number): Comparison[] {
  return BACKENDS.flatMap((backend) => {
    const before = recorded[backend];
    const now = measured[backend];
    if (before === undefined) return [];
    if (now === undefined)
      return [{ ok: false, line: `FAIL  queue in ${backend}: it was recorded and could not be measured.` }];
    return (Object.keys(NAMES) as Ratio[]).map((ratio) => {
      const least = before[ratio] * share;
      const ok = now[ratio] >= least;
      const line =
        `${ok ? 'ok  ' : 'FAIL'}  queue in ${backend}: ${now[ratio]} ${NAMES[ratio]}, ` +
        `recorded ${before[ratio]}, bound ${rounded(least)}`;
      return { ok, line };
    });
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
