/**
 * Folds a run again because events came late: once without them, which gives what is stored, and once with them. Nothing
 * that is stored has to be read for that: the log is folded in both ways at once, and each keeps only the rows that it
 * makes otherwise.
 *
 * It trusts that the rows are the fold of the events that are marked as processed; rows that are damaged are mended by a
 * rebuild, which compares them all. Grows with the events of the log from the run's first one on.
 */
import type { Position } from '@wm/events';
import { LateFold } from '@wm/projection';
import type { RunPair, WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { readEventsFrom } from './read-events-from.ts';
import type { LogSelection } from './read-events-from.ts';

export interface LateRefold {
  /** The run that the first late event falls into and those behind it, where rows differ. */
  pairs: RunPair[];
  /** Events that the fold took and that were not marked as processed. */
  taken: Position[];
}

/**
 * @param start the run to begin with, and its first event: it must begin a run whatever came before (see readRunBefore);
 *   null: from the beginning of the log
 * @param unprocessed which events to take beside those processed before
 */
export async function refoldLate(
  tx: Tx,
  key: WorkflowKey,
  start: { run: number; first: Position } | null,
  unprocessed: LogSelection['unprocessed'],
): Promise<LateRefold> {
  const fold = new LateFold(start?.run ?? 1);
  const taken: Position[] = [];
  for await (const page of readEventsFrom(tx, key, { from: start?.first ?? null, unprocessed })) {
    fold.fold(page.map(({ event, processed }) => ({ event, isLate: !processed })));
    for (const { event, processed } of page) if (!processed) taken.push({ at: event.at, id: event.id });
  }
  return { pairs: fold.pairs(), taken };
}
