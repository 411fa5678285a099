/** Writes the changed sleeps of several runs in one statement. Looks each up by its key; grows with the rows. */
import { sleepRowId } from '@wm/projection';
import type { Tx } from '../client.ts';
import { sleepColumns } from './columns.ts';
import { mergeRecords, mergeStatement } from './merge-statement.ts';
import type { RunWrite } from './run-write.ts';

const WRITE_SLEEPS = mergeStatement(sleepColumns, [], false);

export async function writeSleeps(tx: Tx, writes: readonly RunWrite[]): Promise<void> {
  const records = writes.flatMap(({ key, run }) =>
    [...run.changed.sleeps].map((startEventId) => ({
      id: sleepRowId(key, run.row.run, startEventId),
      ...key,
      run: run.row.run,
      ...run.sleeps.get(startEventId)!,
    })),
  );
  await mergeRecords(tx, WRITE_SLEEPS, records);
}
