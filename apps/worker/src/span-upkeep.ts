/** Keeps the hours and days of the rollups made, and the notes of changes short: what readers need and no drain waits for. */
import { forgetChanges, makeSpans } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { startRounds } from './rounds.ts';
import type { Rounds } from './rounds.ts';

/** @param everyMs pause between looks */
export function startSpanUpkeep({ sql, logger, metrics }: DrainContext, everyMs: number): Rounds {
  return startRounds(async () => {
    try {
      await forgetChanges(sql);
      const made = await makeSpans(sql);
      if (made?.more === true) return 0;
    } catch (error) {
      metrics.failures.inc();
      logger.warn(
        { error },
        'hours and days of the rollups could not be made now; readers count minutes meanwhile, and the next round tries again',
      );
    }
    return everyMs;
  });
}
