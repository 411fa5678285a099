/** Durations as counts by bucket, as the rollups keep them: merged by adding, read as percentiles that are right within 2 %. */
import { bucketDuration, ZERO_BUCKET } from '@wm/projection';

const GAMMA = bucketDuration(2) / bucketDuration(1);

/** Counts by bucket, sorted by bucket. */
export type DurationCounts = ReadonlyMap<number, number>;

/** @param text 'bucket:count,…', any bucket any number of times */
export function readDurationCounts(text: string): DurationCounts {
  const touched: number[] = [];
  // By hand: a month of a busy service is a megabyte of this, and split makes half a million strings of it.
  let bucket = 0;
  let value = 0;
  let sign = 1;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : COMMA;
    if (code === MINUS) sign = -1;
    else if (code === COLON) {
      bucket = sign * value;
      value = 0;
      sign = 1;
    } else if (code === COMMA) {
      if (value !== 0) {
        const place = bucket + BUCKET_OFFSET;
        if (sums[place] === 0) touched.push(bucket);
        sums[place]! += sign * value;
      }
      value = 0;
      sign = 1;
    } else value = value * 10 + (code - ZERO);
  }
  const counts = new Map<number, number>();
  for (const each of touched.toSorted((a, b) => a - b)) {
    const sum = sums[each + BUCKET_OFFSET]!;
    sums[each + BUCKET_OFFSET] = 0;
    if (sum > 0) counts.set(each, sum);
  }
  return counts;
}

/** A bucket is a smallint. */
const BUCKET_OFFSET = 32_768;
/** Zeros between two calls. In a Map the sums took twice as long. */
const sums = new Float64Array(2 * BUCKET_OFFSET);

/** All of them together. */
export function mergeDurations(all: readonly DurationCounts[]): DurationCounts {
  const counts = new Map<number, number>();
  for (const each of all) for (const [bucket, count] of each) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return new Map([...counts].toSorted(([a], [b]) => a - b));
}

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const COLON = 58;

export function sampleCount(counts: DurationCounts): number {
  let samples = 0;
  for (const count of counts.values()) samples += count;
  return samples;
}

/**
 * The duration that so many of the samples do not exceed, milliseconds; null without samples.
 *
 * @param share above 0, at most 1: 0.95 is the 95th percentile
 */
export function percentile(counts: DurationCounts, share: number, samples = sampleCount(counts)): number | null {
  const rank = Math.ceil(share * samples);
  let seen = 0;
  for (const [bucket, count] of counts) {
    seen += count;
    if (seen >= rank) return Math.round(bucketDuration(bucket));
  }
  return null;
}

/** What every answer tells of durations; milliseconds. null without samples. */
export function durationFigures(counts: DurationCounts) {
  const samples = sampleCount(counts);
  if (samples === 0) return null;
  let sum = 0;
  for (const [bucket, count] of counts) sum += count * bucketDuration(bucket);
  const at = (share: number): number => percentile(counts, share, samples)!;
  return { samples, mean: Math.round(sum / samples), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** The buckets that have samples: durations above `fromMs`, up to `toMs`. */
export function histogram(counts: DurationCounts): { fromMs: number; toMs: number; count: number }[] {
  return [...counts].map(([bucket, count]) => ({
    fromMs: bucket <= 0 ? 0 : upperBound(bucket - 1),
    toMs: upperBound(bucket),
    count,
  }));
}

/** Milliseconds. Remembered: a day of two hundred names shows five thousand, of the same few hundred buckets. */
function upperBound(bucket: number): number {
  const known = upperBounds.get(bucket);
  if (known !== undefined) return known;
  const bound = bucket === ZERO_BUCKET ? 0 : Number((GAMMA ** bucket).toPrecision(4));
  upperBounds.set(bucket, bound);
  return bound;
}

/** At most as many as there are buckets. */
const upperBounds = new Map<number, number>();
