/** Durations as counts by bucket, as the rollups keep them: merged by adding, read as percentiles that are right within 2 %. */
import { bucketDuration, ZERO_BUCKET } from '@wm/projection';

const GAMMA = bucketDuration(2) / bucketDuration(1);

/** How many durations each bucket has, from ZERO_BUCKET on. Not a Map: a month of two hundred names are fifty thousand of these. */
export type DurationCounts = readonly number[];

/** @param text 'bucket:count,…', any bucket any number of times */
export function readDurationCounts(text: string): DurationCounts {
  // By hand: a month of a busy service is a megabyte of this, and split makes half a million strings of it.
  let bucket = 0;
  let value = 0;
  let sign = 1;
  let used = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : COMMA;
    if (code === MINUS) sign = -1;
    else if (code === COLON) {
      bucket = sign * value;
      value = 0;
      sign = 1;
    } else if (code === COMMA) {
      const place = bucket - ZERO_BUCKET;
      if (value !== 0) sums[place]! += sign * value;
      if (value !== 0 && place >= used) used = place + 1;
      value = 0;
      sign = 1;
    } else value = value * 10 + (code - ZERO);
  }
  const counts = sums.slice(0, used);
  sums.fill(0, 0, used);
  for (let place = 0; place < used; place += 1) if (counts[place]! < 0) counts[place] = 0;
  return counts;
}

/** Zeros between two calls. A bucket is a smallint. */
const sums: number[] = Array.from({ length: 32_768 - ZERO_BUCKET }, () => 0);

/** All of them together. */
export function mergeDurations(all: readonly DurationCounts[]): DurationCounts {
  const counts: number[] = [];
  for (const each of all) {
    for (let place = 0; place < each.length; place += 1) counts[place] = (counts[place] ?? 0) + each[place]!;
  }
  return counts;
}

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const COLON = 58;

export function sampleCount(counts: DurationCounts): number {
  let samples = 0;
  for (const count of counts) samples += count;
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
  for (let place = 0; place < counts.length; place += 1) {
    seen += counts[place]!;
    if (seen >= rank && seen > 0) return Math.round(durationAt(place));
  }
  return null;
}

/** What every answer tells of durations; milliseconds. null without samples. */
export function durationFigures(counts: DurationCounts) {
  const samples = sampleCount(counts);
  if (samples === 0) return null;
  let sum = 0;
  for (let place = 0; place < counts.length; place += 1) {
    if (counts[place] !== 0) sum += counts[place]! * durationAt(place);
  }
  const at = (share: number): number => percentile(counts, share, samples)!;
  return { samples, mean: Math.round(sum / samples), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** The buckets that have samples: durations above `fromMs`, up to `toMs`. */
export function histogram(counts: DurationCounts): { fromMs: number; toMs: number; count: number }[] {
  return counts.flatMap((count, place) =>
    count === 0 ? [] : [{ fromMs: place === 0 ? 0 : upperBoundAt(place - 1), toMs: upperBoundAt(place), count }],
  );
}

/** What a function says of a bucket, milliseconds, by its place. Remembered: an answer asks a hundred thousand times for the same few hundred. */
function byPlace(msOf: (bucket: number) => number): (place: number) => number {
  const known: number[] = [];
  return (place) => {
    while (known.length <= place) known.push(msOf(known.length + ZERO_BUCKET));
    return known[place]!;
  };
}

const durationAt = byPlace(bucketDuration);
const upperBoundAt = byPlace((bucket) => (bucket === ZERO_BUCKET ? 0 : Number((GAMMA ** bucket).toPrecision(4))));
