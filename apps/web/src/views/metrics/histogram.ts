/** Distributions of durations in fewer, wider buckets that several groups share. Pure. */
export interface Bucket {
  fromMs: number;
  toMs: number;
  count: number;
}

export interface Merged {
  /** Edges in ms: bucket i reaches from edges[i] to edges[i + 1]; each is as many times as wide as the one before. */
  edges: number[];
  /** For each distribution, by bucket. */
  counts: number[][];
}

const BUCKETS = 40;
/** Below this nothing is told apart. */
const LEAST_MS = 1;

/** @returns null where nothing was measured */
export function mergeHistograms(distributions: readonly (readonly Bucket[])[], most = BUCKETS): Merged | null {
  const all = distributions.flat().filter(({ count }) => count > 0);
  if (all.length === 0) return null;
  const from = Math.max(LEAST_MS, Math.min(...all.map(({ fromMs }) => fromMs)));
  const to = Math.max(from * 1.04, ...all.map(({ toMs }) => toMs));
  // Never narrower than the api's own: an empty one in between would say that nothing lies there.
  const size = Math.max(1, Math.min(most, Math.floor(Math.log(to / from) / Math.log(1.08))));
  const ratio = (to / from) ** (1 / size);
  const edges = Array.from({ length: size + 1 }, (_, index) => from * ratio ** index);
  const counts = distributions.map((buckets) => {
    const merged = Array.from({ length: size }, () => 0);
    for (const { fromMs, toMs, count } of buckets) {
      const middle = Math.sqrt(Math.max(LEAST_MS, fromMs) * Math.max(LEAST_MS, toMs));
      const index = Math.floor(Math.log(middle / from) / Math.log(ratio));
      merged[Math.min(size - 1, Math.max(0, index))]! += count;
    }
    return merged;
  });
  return { edges, counts };
}
