/** Folds a workflow again from its log, from one run on. */
import type { FoldEvent, Position } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import type { RunState, WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { loadRunsWhole } from './load-runs-whole.ts';
import type { StoredRunWhole } from './load-runs-whole.ts';
import { readEventsFrom } from './read-events-from.ts';
import type { LogSelection } from './read-events-from.ts';

export interface Refold {
  /** What is stored, by run. */
  stored: StoredRunWhole[];
  /** What the log says, by run. */
  folded: RunState[];
  /** Events that the fold took and that were not marked as processed. */
  taken: Position[];
  /** Events read. */
  eventCount: number;
}

/**
 * @param fromRun the run to begin with: its first event must begin a run whatever came before (see readRunBefore)
 * @param unprocessed which events to take beside those processed before
 */
export async function refold(
  tx: Tx,
  key: WorkflowKey,
  fromRun: number,
  unprocessed: LogSelection['unprocessed'],
): Promise<Refold> {
  const stored = await loadRunsWhole(tx, key, fromRun);
  const from = fromRun === 1 ? null : (stored[0]?.stored?.row.firstEvent ?? null);
  const firstRun = from === null ? 1 : fromRun;
  let state = emptyWorkflow(firstRun);
  const taken: Position[] = [];
  let eventCount = 0;
  for await (const page of readEventsFrom(tx, key, { from, unprocessed })) {
    const events: FoldEvent[] = page.map(({ event }) => event);
    for (const { event, processed } of page) if (!processed) taken.push({ at: event.at, id: event.id });
    eventCount += events.length;
    state = foldEvents(state, events);
  }
  return { stored, folded: state.runs, taken, eventCount };
}
