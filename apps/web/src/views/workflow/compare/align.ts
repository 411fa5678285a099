/** The paths of two runs side by side: which steps both took, which one alone, and which came in another order. Pure. */
import type { Step } from '@wm/client';

export interface Aligned {
  name: string;
  /** null: that run has no such step. */
  left: Step | null;
  right: Step | null;
  /** Both have it, but not in the same order as most of the others. */
  moved: boolean;
}

/** A name comes once in a run, so the longest common order is the longest rising one of places. */
export function alignSteps(left: readonly Step[], right: readonly Step[]): Aligned[] {
  const placeOf = new Map(right.map((step, place) => [step.stepName, place]));
  const shared = left.filter(({ stepName }) => placeOf.has(stepName));
  const kept = longestRising(shared.map(({ stepName }) => placeOf.get(stepName)!));
  const inOrder = new Set([...kept].map((index) => shared[index]!.stepName));
  const leftNames = new Set(left.map(({ stepName }) => stepName));
  const rows: Aligned[] = [];
  let next = 0;
  // Those that only the right run has stand before the next one in common.
  const rightUpTo = (end: number): void => {
    for (; next < end; next += 1) {
      const step = right[next]!;
      if (!leftNames.has(step.stepName)) rows.push({ name: step.stepName, left: null, right: step, moved: false });
    }
  };
  for (const step of left) {
    const place = placeOf.get(step.stepName);
    const ordered = inOrder.has(step.stepName);
    if (ordered) rightUpTo(place!);
    rows.push({
      name: step.stepName,
      left: step,
      right: place === undefined ? null : right[place]!,
      moved: place !== undefined && !ordered,
    });
  }
  rightUpTo(right.length);
  return rows;
}

/** @returns the places of a longest strictly rising subsequence */
function longestRising(values: readonly number[]): Set<number> {
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : ends[low - 1]!;
    ends[low] = index;
  }
  const kept = new Set<number>();
  for (let index = ends.at(-1) ?? -1; index !== -1; index = before[index]!) kept.add(index);
  return kept;
}

/** How the two differ in a step; empty: not in any way worth a look. */
export function differences({ left, right, moved }: Aligned): string[] {
  if (left === null) return ['only in the other run'];
  if (right === null) return ['only in this run'];
  const words: string[] = [];
  if (left.status !== right.status) words.push(`${left.status}, there ${right.status}`);
  if (moved) words.push('in another order');
  const more = left.retryCount - right.retryCount;
  if (more !== 0)
    words.push(`${Math.abs(more)} ${Math.abs(more) === 1 ? 'retry' : 'retries'} ${more > 0 ? 'more' : 'fewer'}`);
  const ratio = slower(left.totalDurationMs, right.totalDurationMs);
  if (ratio !== null) words.push(ratio);
  return words;
}

/** Twice as long, and by so much that somebody may care. */
const LEAST_MS = 100;

function slower(left: number | null, right: number | null): string | null {
  if (left === null || right === null || Math.abs(left - right) < LEAST_MS) return null;
  const [long, short] = left > right ? [left, right] : [right, left];
  if (long < 2 * short) return null;
  const times = short === 0 ? '' : ` ${long / short < 10 ? (long / short).toFixed(1) : Math.round(long / short)} times`;
  return left > right ? `slower${times}` : `faster${times}`;
}
