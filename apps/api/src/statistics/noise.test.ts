import { describe, expect, test } from 'vitest';
import { readDurationCounts } from './duration-counts.ts';
import { compareDurations, compareShares } from './noise.ts';

describe('shares', () => {
  test('the textbook case: 90 of 100 against 80 of 100 has z = 1.980 and p = 0.0477', () => {
    const test = compareShares({ hits: 90, of: 100 }, { hits: 80, of: 100 })!;
    expect(test.pValue).toBeCloseTo(0.0477, 3);
    expect(test.moreThanNoise).toBe(false);
  });

  test('ten times as many make the same difference more than noise', () => {
    const test = compareShares({ hits: 900, of: 1_000 }, { hits: 800, of: 1_000 })!;
    expect(test.moreThanNoise).toBe(true);
    expect(test.pValue).toBeLessThan(1e-8);
  });

  test('few are compared exactly: the lady tasting tea, 3 of 4 against 1 of 4, has p = 34/70', () => {
    expect(compareShares({ hits: 3, of: 4 }, { hits: 1, of: 4 })).toEqual({ pValue: 0.486, moreThanNoise: false });
    expect(compareShares({ hits: 4, of: 4 }, { hits: 0, of: 4 })!.pValue).toBeCloseTo(2 / 70, 4);
    expect(compareShares({ hits: 1, of: 1_000 }, { hits: 10, of: 100 })!.moreThanNoise).toBe(true);
  });

  test('of none nothing can be said', () => {
    expect(compareShares({ hits: 0, of: 0 }, { hits: 10, of: 20 })).toBeNull();
  });

  test('all alike is no difference', () => {
    expect(compareShares({ hits: 5, of: 5 }, { hits: 50, of: 50 })).toEqual({ pValue: 1, moreThanNoise: false });
  });
});

describe('durations', () => {
  /** A bucket for each number, once. */
  const of = (...buckets: number[]) => readDurationCounts(buckets.map((bucket) => `${bucket}:1`).join(','));

  test('U of interleaved samples is half of all pairs', () => {
    const left = of(1, 4, 5, 8, 9, 12, 13, 16, 17, 20);
    const right = of(2, 3, 6, 7, 10, 11, 14, 15, 18, 19);
    expect(compareDurations(left, right)).toMatchObject({ leftSlowerShare: 0.5, pValue: 1, moreThanNoise: false });
  });

  test('samples that are all above the others: U = 100, z = 3.780, p = 0.000157', () => {
    const test = compareDurations(
      of(...Array.from({ length: 10 }, (_, index) => 11 + index)),
      of(...Array.from({ length: 10 }, (_, index) => 1 + index)),
    )!;
    expect(test.leftSlowerShare).toBe(1);
    expect(test.pValue).toBeCloseTo(0.000157, 5);
    expect(test.moreThanNoise).toBe(true);
  });

  test('ties count as half, and shrink the spread', () => {
    // 10 and 10 in two buckets, 7:3 against 3:7: U = 70, variance 10·10/12·(21 − (990+990)/(20·19)) = 131.58, z = 1.744.
    const test = compareDurations(readDurationCounts('1:3,2:7'), readDurationCounts('1:7,2:3'))!;
    expect(test.leftSlowerShare).toBeCloseTo(0.7);
    expect(test.pValue).toBeCloseTo(0.0812, 3);
  });

  test('fewer than ten on a side tell nothing', () => {
    expect(compareDurations(of(1, 2, 3), readDurationCounts('1:100'))).toBeNull();
  });

  test('all in one bucket is no difference', () => {
    expect(compareDurations(readDurationCounts('7:20'), readDurationCounts('7:30'))).toMatchObject({
      pValue: 1,
      leftSlowerShare: 0.5,
    });
  });
});
