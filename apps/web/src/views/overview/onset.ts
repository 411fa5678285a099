/** Since when something fails: where a series of outcomes is best cut into a better part before and a worse one after. Pure. */

export interface Outcomes {
  completed: number;
  failed: number;
}

/**
 * How much more likely the outcomes have to be with a cut than without, as the difference of log-likelihoods. A cut may be
 * anywhere, so that one of them looks good by chance; at 6 that happens about once in a hundred series.
 */
const CLEAR = 6;

/**
 * @param points of even width, oldest first
 * @returns index of the first point of the worse part; null: it was as bad all along, or nobody can say
 */
export function onsetOf(points: readonly Outcomes[]): number | null {
  const all = points.reduce(added, { completed: 0, failed: 0 });
  let before = { completed: 0, failed: 0 };
  let best: { at: number; gain: number } | null = null;
  for (const [at, point] of points.entries()) {
    const after = { completed: all.completed - before.completed, failed: all.failed - before.failed };
    // Where nothing ended, nothing began.
    if (point.completed + point.failed > 0 && isWorse(after, before)) {
      const gain = likelihood(before) + likelihood(after) - likelihood(all);
      if (gain > (best?.gain ?? CLEAR)) best = { at, gain };
    }
    before = added(before, point);
  }
  return best?.at ?? null;
}

function added(left: Outcomes, right: Outcomes): Outcomes {
  return { completed: left.completed + right.completed, failed: left.failed + right.failed };
}

function isWorse(after: Outcomes, before: Outcomes): boolean {
  return after.failed * (before.completed + before.failed) > before.failed * (after.completed + after.failed);
}

/** Logarithm of how likely such outcomes are where just this share fails. */
function likelihood({ completed, failed }: Outcomes): number {
  const share = (count: number): number => (count === 0 ? 0 : count * Math.log(count / (completed + failed)));
  return share(completed) + share(failed);
}
