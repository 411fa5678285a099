import { describe, expect, test } from 'vitest';
import { mergeHistograms } from './histogram.ts';

const bucket = (fromMs: number, count: number) => ({ fromMs, toMs: fromMs * 1.04, count });

describe('durations in wider buckets', () => {
  test('nothing measured has no picture', () => {
    expect(mergeHistograms([[], []])).toBeNull();
  });

  test('two distributions share their buckets, and none is lost', () => {
    const merged = mergeHistograms([
      [bucket(100, 3), bucket(5_000, 2)],
      [bucket(90, 1), bucket(60_000, 4)],
    ])!;
    expect(merged.edges).toHaveLength(41);
    expect(merged.edges[0]).toBe(90);
    expect(merged.edges.at(-1)).toBeCloseTo(62_400);
    expect(merged.counts.map((counts) => counts.reduce((sum, count) => sum + count, 0))).toEqual([5, 5]);
    expect(merged.counts[1]![0]).toBe(1);
    expect(merged.counts[1]!.at(-1)).toBe(4);
  });

  test('a narrow distribution is not torn into gaps', () => {
    const merged = mergeHistograms([[bucket(100, 1), bucket(104, 1), bucket(108.2, 1), bucket(112.5, 1)]])!;
    expect(merged.counts[0]!.every((count) => count > 0)).toBe(true);
  });

  test('what took no time stands in the first bucket', () => {
    expect(mergeHistograms([[{ fromMs: 0, toMs: 1, count: 2 }, bucket(50, 1)]])!.counts[0]![0]).toBe(2);
  });
});
