import { describe, expect, test } from 'vitest';
import { durationBucket } from '@wm/projection';
import { durationFigures, histogram, mergeDurations, percentile, readDurationCounts } from './duration-counts.ts';

const countsOf = (durations: readonly number[]) =>
  readDurationCounts(durations.map((duration) => `${durationBucket(duration)}:1`).join(','));

describe('durations as counts by bucket', () => {
  test('are read in any order and added up; what cancels out is gone', () => {
    expect(readDurationCounts('2:3,-1:2,1:1,2:4,1:-1')).toEqual([2, 0, 0, 7]);
    expect(readDurationCounts('2:1,1:-1')).toEqual([0, 0, 0, 1]);
    expect(readDurationCounts('')).toEqual([]);
  });

  test('are merged whatever the longest of either is', () => {
    expect(mergeDurations([readDurationCounts('0:1'), readDurationCounts('-1:2,2:1'), []])).toEqual([2, 1, 0, 1]);
  });

  test('percentiles are those of the sorted durations, within 2 percent', () => {
    const durations = Array.from({ length: 1_000 }, (_, index) => Math.round(1.012 ** index));
    for (const share of [0.001, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = durations[Math.ceil(share * 1_000) - 1]!;
      const read = percentile(countsOf(durations), share)!;
      // And half a millisecond for rounding.
      expect(Math.abs(read - exact)).toBeLessThanOrEqual(exact * 0.02 + 0.5);
    }
  });

  test('of nothing there are no figures', () => {
    expect(durationFigures(countsOf([]))).toBeNull();
    expect(percentile(countsOf([]), 0.5)).toBeNull();
  });

  test('no time at all is a duration', () => {
    expect(durationFigures(countsOf([0, 0, 0]))).toEqual({ samples: 3, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0 });
  });

  test('a histogram has the bounds of its buckets', () => {
    const bars = histogram(countsOf([0, 1, 100, 100]));
    expect(bars.map(({ count }) => count)).toEqual([1, 1, 2]);
    expect(bars[0]).toEqual({ fromMs: 0, toMs: 0, count: 1 });
    expect(bars[1]).toEqual({ fromMs: 0, toMs: 1, count: 1 });
    expect(bars[2]!.fromMs).toBeLessThan(100);
    expect(bars[2]!.toMs).toBeGreaterThanOrEqual(100);
    expect(bars[2]!.toMs / bars[2]!.fromMs).toBeCloseTo(1.04, 2);
  });
});
