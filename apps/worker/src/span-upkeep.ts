/** Keeps the sums of the rollups made, and the notes of changes short: what readers need and no drain waits for. */
import { forgetChanges, makeSpans } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { startRounds } from './rounds.ts';
import type { Rounds } from './rounds.ts';

/**
 * @param everyMs pause before the first look and between looks. A worker begins with a walk for rows of other versions,
 *   which waits for whatever transactions of workers are open.
 */
export function startSpanUpkeep({ sql, logger, metrics }: DrainContext, everyMs: number): Rounds {
  let isFirst = true;
  return startRounds(async () => {
    if (isFirst) {
      isFirst = false;
      return everyMs;
    }
    try {
      await forgetChanges(sql);
      const made = await makeSpans(sql);
      if (made?.more === true) return 0;
    } catch (error) {
      metrics.failures.inc();
      logger.warn(
        { error },
        'sums of the rollups over wider spans could not be made now; readers count minutes meanwhile, and the next round tries again',
      );
    }
    return everyMs;
  });
}
