/** Sees to it that a process which was stopped does not hold up the others for ever. Runs in every worker. */
import { endStuckSessions } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { startRounds } from './rounds.ts';
import type { Rounds } from './rounds.ts';

/** How the sessions of those begin their names who lock what others need. Not the migrations: they take their time. */
const HOLDERS = ['wm-api', 'wm-ingest', 'wm-quarantine', 'wm-verify', 'wm-worker'];
const SILENT_MS = 5_000;
const EVERY_MS = 1_000;

export function startSessionWatch({ sql, logger }: Pick<DrainContext, 'sql' | 'logger'>): Rounds {
  return startRounds(async () => {
    try {
      const ended = await endStuckSessions(sql, HOLDERS, SILENT_MS);
      if (ended.length > 0)
        logger.warn(
          { sessions: ended },
          'ended sessions of a process that stands still; what it had not committed stays pending and is done by others. Look for a stopped process',
        );
    } catch (error) {
      logger.debug({ error }, 'could not look for sessions that stand still; trying again');
    }
    return EVERY_MS;
  });
}
