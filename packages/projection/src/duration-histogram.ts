/** Logarithmic buckets for durations: mergeable by adding counts, any percentile right within 2 percent. */

const GAMMA = 1.04;
const LOG_GAMMA = Math.log(GAMMA);

/** The bucket of durations under half a millisecond. */
export const ZERO_BUCKET = -1;

/** Bucket i holds durations in (1.04^(i-1), 1.04^i] milliseconds; -1 holds 0 ms. 285,000 years is bucket 936. */
export function durationBucket(durationMs: number): number {
  return durationMs < 1 ? ZERO_BUCKET : Math.ceil(Math.log(durationMs) / LOG_GAMMA - 1e-9);
}

/** The duration that stands for a bucket: at most 2 percent from any duration in it. Milliseconds. */
export function bucketDuration(bucket: number): number {
  return bucket === ZERO_BUCKET ? 0 : (2 * GAMMA ** bucket) / (1 + GAMMA);
}
