import type { Delivery } from '@wm/simulator';

/** The request bodies of a run, in order of arrival. */
export type Requests = readonly Delivery['body'][];

export function eventCount(requests: Requests): number {
  return requests.reduce((sum, { events }) => sum + events.length, 0);
}

/** What both sides are given. */
export interface Workload {
  /** Handled first and not measured: by then every connection is open and the code is compiled. */
  readonly warmUp: Requests;
  readonly measured: Requests;
  /** Every event of the measured requests is later than this, every one of the warm-up earlier. */
  readonly measuredFrom: Date;
}

/** Median and extremes of some runs. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

/** The value that this share of all is at or below; NaN where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length - 1) * share)] ?? NaN;
}
