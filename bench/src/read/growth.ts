/** Which answers take more the older an installation is: the same traffic, stored for longer. */
import { USUAL_DAYS } from '../loader/load-workflows.ts';
import type { QueryFigures } from './read-report.ts';

/**
 * Over how many days the workflows of a store begin, so that it has the traffic of the largest one, which is as old as loaded
 * stores usually are.
 *
 * @param sizes rising
 */
export function daysOfSameTraffic(size: number, sizes: readonly number[]): number {
  return Math.max(Math.round((USUAL_DAYS * 100 * size) / sizes.at(-1)!), 1) / 100;
}

/** An answer may take twice what it takes at the smallest store, or so many milliseconds. */
const GROWTH = 2;
const FREE_MS = 5;

export interface Grown {
  readonly name: string;
  /** By what: its time, its processor time beyond what that differs by itself, or both. */
  readonly by: readonly ('p95' | 'processor')[];
}

/**
 * A query has grown where both say so. The time alone has in it whatever else the machine did, and the processor time
 * alone is hidden from who waits behind the noise of the smallest store.
 *
 * @param sizes of the stores, rising
 */
export function grownQueries(queries: readonly QueryFigures[], sizes: readonly number[]): Grown[] {
  const [smallest, largest] = [String(sizes[0]), String(sizes.at(-1))];
  const exceeds = (small: number, large: number): boolean => large > Math.max(GROWTH * small, FREE_MS);
  return queries.flatMap(({ name, p95Ms, processorSpreadMs }): Grown[] => {
    const time = exceeds(p95Ms[smallest]!, p95Ms[largest]!);
    const processor = exceeds(processorSpreadMs[smallest]!.most, processorSpreadMs[largest]!.least);
    if (!time && !processor) return [];
    return [{ name, by: [...(time ? (['p95'] as const) : []), ...(processor ? (['processor'] as const) : [])] }];
  });
}
