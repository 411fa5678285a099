import { describe, expect, test } from 'vitest';
import { daysOfSameTraffic, grownQueries } from './growth.ts';
import { queryFigures } from './read-report.ts';

const SIZES = [100, 1_000];

/** Of one store: p95, then the least and the most processor time of its thirds. */
type Measured = readonly [p95Ms: number, least: number, most: number];

function grown(small: Measured, large: Measured): string[] {
  const asked = ([p95Ms, least, most]: Measured) => {
    const processorMs = (least + most) / 2;
    const processorSpread = { median: processorMs, least, most };
    return { p50Ms: 1, p95Ms, processorMs, processorSpread, bytes: 1, complete: true };
  };
  const query = queryFigures({ name: 'list', boundMs: 50 }, [
    [SIZES[0]!, asked(small)],
    [SIZES[1]!, asked(large)],
  ]);
  return grownQueries([query], SIZES).flatMap(({ by }) => by);
}

describe('a query', () => {
  test.each<[string, Measured, Measured, string[]]>([
    ['stays', [10, 8, 9], [12, 9, 10], []],
    ['may take twice as long', [10, 8, 9], [20, 16, 18], []],
    ['may take 5 ms, however little it took', [0.5, 0.4, 0.6], [5, 4, 5], []],
    ['has grown by both', [10, 8, 9], [20.1, 18.1, 19], ['p95', 'processor']],
    ['has grown from nearly nothing', [0.5, 0.4, 0.6], [5.1, 5.1, 6], ['p95', 'processor']],
    ['is slow with a machine that is busy, and computes no more', [10, 8, 9], [40, 9, 10], ['p95']],
    ['computes more, but not beyond what it differs by anyway', [10, 8, 11], [40, 20, 30], ['p95']],
    ['computes more, while its time was noise before', [40, 8, 9], [41, 20, 21], ['processor']],
  ])('%s', (_, small, large, by) => {
    expect(grown(small, large)).toEqual(by);
  });
});

test('stores have the traffic of the largest, which spans thirty days', () => {
  const days = (...sizes: number[]): number[] => sizes.map((size) => daysOfSameTraffic(size, sizes));
  expect(days(100_000, 1_000_000)).toEqual([3, 30]);
  expect(days(2_000, 20_000, 70_000)).toEqual([0.86, 8.57, 30]);
  expect(days(1_000)).toEqual([30]);
  expect(days(1, 1_000_000)).toEqual([0.01, 30]);
});
