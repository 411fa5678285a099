/** The same step, one environment beside the other. Pure. */
import type { MetricsGroup } from '@wm/client';

export interface StepRow {
  service: string;
  name: string;
  step: string;
  /** By environment; absent: it did not start there. */
  byEnv: ReadonlyMap<string, MetricsGroup['total']>;
  started: number;
}

/** Steps that started in two environments at least, those with most starts first. */
export function stepRows(groups: readonly MetricsGroup[]): StepRow[] {
  const rows = new Map<string, { row: StepRow; byEnv: Map<string, MetricsGroup['total']> }>();
  for (const { env, service, name, step, total } of groups) {
    if (env === null || service === null || name === null || step === null) continue;
    const key = JSON.stringify([service, name, step]);
    const byEnv = rows.get(key)?.byEnv ?? new Map<string, MetricsGroup['total']>();
    byEnv.set(env, total);
    const started = (rows.get(key)?.row.started ?? 0) + total.started;
    rows.set(key, { row: { service, name, step, byEnv, started }, byEnv });
  }
  return [...rows.values()]
    .map(({ row }) => row)
    .filter(({ byEnv }) => byEnv.size > 1)
    .toSorted((left, right) => right.started - left.started);
}
