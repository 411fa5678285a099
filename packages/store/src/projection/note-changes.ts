/**
 * Notes which runs a drain has changed, for those who follow changes (see read/read-changes).
 *
 * One row for each drain, appended; nothing is looked up. About 100 bytes and 16 for each run.
 */
import { workflowRowId } from '@wm/projection';
import type { Tx } from '../client.ts';
import type { RunWrite } from './run-write.ts';

const NOTE = 'INSERT INTO changes (run_ids) VALUES ($1::text::uuid[])';

export async function noteChanges(tx: Tx, writes: readonly RunWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const ids = writes.map(({ key, run }) => workflowRowId(key, run.row.run));
  await tx.unsafe(NOTE, [`{${ids.join(',')}}`], { prepare: true });
}
