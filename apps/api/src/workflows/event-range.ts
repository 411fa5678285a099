import type { WorkflowKey } from '@wm/projection';
import { findRunRange, hasEvents, type PagePosition, type Tx } from '@wm/store';
import { noSuchWorkflow } from './workflow-key.ts';

export interface EventRange {
  from: PagePosition | null;
  before: PagePosition | null;
}

export const EVERYWHERE: EventRange = { from: null, before: null };

/** Where the events of a run begin and end; of all runs where none is named. @throws 404 where there is nothing */
export async function eventRange(tx: Tx, key: WorkflowKey, run: number | undefined): Promise<EventRange> {
  if (run === undefined) {
    const [answer] = await hasEvents(tx, key);
    if (answer?.found !== true) throw noSuchWorkflow(key, undefined);
    return { from: null, before: null };
  }
  const range = await runRange(tx, key, run);
  if (range === null) throw noSuchWorkflow(key, run);
  return range;
}

/** null: there is no such run. */
export async function runRange(tx: Tx, key: WorkflowKey, run: number): Promise<EventRange | null> {
  const rows = await findRunRange(tx, key, run);
  const position = (number: number): PagePosition | null => {
    const row = rows.find((candidate) => candidate.run === number);
    return row === undefined ? null : { at: row.firstEventAt.getTime(), id: row.firstEventId };
  };
  const from = position(run);
  if (from === null) return null;
  // An event that came later than it should, and is not folded yet, may lie before the first run's first event.
  return { from: run === 1 ? null : from, before: position(run + 1) };
}
