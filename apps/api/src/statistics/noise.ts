/** Whether a difference is more than chance: the usual tests, from counts alone. */
import { sampleCount, type DurationCounts } from './duration-counts.ts';

/** Below this a difference counts as more than noise: one comparison of a hundred without any difference still does. */
const LEVEL = 0.01;

export interface Verdict {
  /** How likely a difference at least as large is where there is none. */
  pValue: number;
  moreThanNoise: boolean;
}

/** So many of each outcome must be expected on each side for the normal approximation to hold. */
const FEWEST_EXPECTED = 5;

interface Share {
  hits: number;
  of: number;
}

/**
 * The two-proportion z-test with a pooled share, two-sided; Fisher's exact test where there are too few for it.
 *
 * @returns null where a side has none at all
 */
export function compareShares(left: Share, right: Share): Verdict | null {
  if (left.of === 0 || right.of === 0) return null;
  const pooled = (left.hits + right.hits) / (left.of + right.of);
  // All alike: no test is needed to see that there is no difference.
  if (pooled === 0 || pooled === 1) return { pValue: 1, moreThanNoise: false };
  const expected = Math.min(left.of, right.of) * Math.min(pooled, 1 - pooled);
  if (expected < FEWEST_EXPECTED) return verdict(left.of <= right.of ? fisher(left, right) : fisher(right, left));
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / left.of + 1 / right.of));
  return verdict(twoSided((left.hits / left.of - right.hits / right.of) / spread));
}

/** How likely a split of the hits is that is no likelier than this one. */
function fisher(small: Share, large: Share): number {
  const hits = small.hits + large.hits;
  const likelihood = (k: number): number =>
    Math.exp(logChoose(small.of, k) + logChoose(large.of, hits - k) - logChoose(small.of + large.of, hits));
  const observed = likelihood(small.hits) * (1 + 1e-7);
  let sum = 0;
  for (let k = Math.max(0, hits - large.of); k <= Math.min(hits, small.of); k += 1) {
    const each = likelihood(k);
    if (each <= observed) sum += each;
  }
  return sum;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Stirling's series; below ten by hand, where it is not exact enough. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor += 1) product *= factor;
    return Math.log(product);
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
}

/**
 * The Mann-Whitney U test on histograms, two-sided, with the usual correction for ties: durations of one bucket tie. It
 * asks whether one side tends to be slower, whatever the shape of the durations.
 *
 * @returns null with fewer than ten samples on a side
 */
export function compareDurations(
  left: DurationCounts,
  right: DurationCounts,
): (Verdict & { leftSlowerShare: number }) | null {
  const n = sampleCount(left);
  const m = sampleCount(right);
  if (n < 10 || m < 10) return null;
  let rightBelow = 0;
  let leftWins = 0;
  let ties = 0;
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const mine = left[place] ?? 0;
    const theirs = right[place] ?? 0;
    leftWins += mine * (rightBelow + theirs / 2);
    rightBelow += theirs;
    ties += (mine + theirs) ** 3 - (mine + theirs);
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const leftSlowerShare = leftWins / (n * m);
  if (variance <= 0) return { pValue: 1, moreThanNoise: false, leftSlowerShare };
  return { ...verdict(twoSided((leftWins - (n * m) / 2) / Math.sqrt(variance))), leftSlowerShare };
}

function verdict(p: number): Verdict {
  const pValue = Math.min(1, p);
  return { pValue: Number(pValue.toPrecision(3)), moreThanNoise: pValue < LEVEL };
}

function twoSided(z: number): number {
  return 2 * upperTail(Math.abs(z));
}

/** Share of the standard normal distribution above z ≥ 0; the rational approximation 26.2.17 of Abramowitz and Stegun, off by 7.5e-8 at most. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const series = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const polynomial = series.toReversed().reduce((sum, factor) => (sum + factor) * t, 0);
  return Math.max(0, (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial);
}
