/**
 * Folds a run again because events came late: once without them, which gives what is stored, and once with them. Nothing
 * that is stored has to be read for that: the log is in order up to the first late event for both, and behind it each
 * way keeps only the rows that it changes.
 *
 * It trusts that the rows are the fold of the events that are marked as processed; rows that are damaged are mended by a
 * rebuild, which compares them all. Grows with the events of the log from the run's first one on.
 */
import type { Position } from '@wm/events';
import { compareForks, emptyWorkflow, foldEvents, Fork } from '@wm/projection';
import type { RunPair, RunState, WorkflowKey, WorkflowState } from '@wm/projection';
import type { Tx } from '../client.ts';
import { readEventsFrom } from './read-events-from.ts';
import type { LogSelection, LoggedEvent } from './read-events-from.ts';

export interface LateRefold {
  /** The run that the first late event falls into, as it stood then, whole; undefined where it comes before all. */
  from: RunState | undefined;
  /** That run and those behind it, where rows differ. */
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
  let state: WorkflowState = emptyWorkflow(start?.run ?? 1);
  let forks: { before: Fork; after: Fork } | null = null;
  const taken: Position[] = [];
  for await (const page of readEventsFrom(tx, key, { from: start?.first ?? null, unprocessed })) {
    let rest: readonly LoggedEvent[] = page;
    if (forks === null) {
      const firstLate = page.findIndex(({ processed }) => !processed);
      const common = firstLate === -1 ? page.length : firstLate;
      state = foldEvents(
        state,
        page.slice(0, common).map(({ event }) => event),
      );
      rest = page.slice(common);
      if (rest.length > 0) forks = { before: new Fork(state), after: new Fork(state) };
    }
    forks?.before.fold(rest.filter(({ processed }) => processed).map(({ event }) => event));
    forks?.after.fold(rest.map(({ event }) => event));
    for (const { event, processed } of rest) if (!processed) taken.push({ at: event.at, id: event.id });
  }
  const pairs = forks === null ? [] : compareForks(state, forks.before, forks.after);
  return { from: state.runs.at(-1), pairs, taken };
}
