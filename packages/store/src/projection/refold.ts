/** Folds a whole workflow again from its log, to compare it with all that is stored. */
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

/** @param unprocessed which events to take beside those processed before */
export async function refold(tx: Tx, key: WorkflowKey, unprocessed: LogSelection['unprocessed']): Promise<Refold> {
  const stored = await loadRunsWhole(tx, key, 1);
  let state = emptyWorkflow();
  const taken: Position[] = [];
  let eventCount = 0;
  for await (const page of readEventsFrom(tx, key, { from: null, unprocessed })) {
    const events: FoldEvent[] = page.map(({ event }) => event);
    for (const { event, processed } of page) if (!processed) taken.push({ at: event.at, id: event.id });
    eventCount += events.length;
    state = foldEvents(state, events);
  }
  return { stored, folded: state.runs, taken, eventCount };
}
