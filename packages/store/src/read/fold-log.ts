/** Folds a part of a workflow's log again, to tell what no row keeps: how it was at some event, or which event said what. */
import { comparePositions, type Position } from '@wm/events';
import { emptyWorkflow, foldEvents, type FoldObserver, type WorkflowKey, type WorkflowState } from '@wm/projection';
import type { Tx } from '../client.ts';
import { pinPlans } from '../projection/pin-plans.ts';
import { readEventsFrom } from '../projection/read-events-from.ts';
import { readRunBefore } from '../projection/read-run-before.ts';

export interface LogPart {
  /** Begin with a run that had begun by then, and stands by itself; null: with the first event of the id. */
  begin: Position | null;
  /** The last event to take; null: the newest. */
  end: Position | null;
  /** Whether to take what is not folded into the rows yet. */
  unprocessed: 'all' | 'none';
  observe?: FoldObserver;
}

/** The runs that the part holds, the last as it stands behind the last event. Costs what reading and folding them costs. */
export async function foldLog(
  tx: Tx,
  key: WorkflowKey,
  { begin, end, unprocessed, observe }: LogPart,
): Promise<WorkflowState> {
  // As in a drain: planned for its values, each page of a long run sorted all that was left of the log (163 against 75 ms of 10,000 events).
  await pinPlans(tx);
  const start = begin === null ? null : await readRunBefore(tx, key, begin);
  const from = start?.first ?? null;
  let state = emptyWorkflow(start?.run ?? 1);
  for await (const page of readEventsFrom(tx, key, { from, unprocessed: unprocessed === 'all' ? 'all' : [] })) {
    const events = page.map(({ event }) => event);
    const wanted = end === null ? events : events.filter((event) => comparePositions(event, end) <= 0);
    state = foldEvents(state, wanted, observe);
    if (wanted.length < events.length) break;
  }
  return state;
}
