/** Writes the changed sleeps of several runs in one statement. Looks each up by primary key; grows with the rows. */
import { sleepRowId } from '@wm/projection';
import type { Tx } from '../client.ts';
import { sleepColumns, toRecord } from './columns.ts';
import { mergeStatement } from './merge-statement.ts';
import type { RunWrite } from './run-write.ts';

const WRITE_SLEEPS = mergeStatement(sleepColumns, [], false);

export async function writeSleeps(tx: Tx, writes: readonly RunWrite[]): Promise<void> {
  const records = writes.flatMap(({ key, run }) =>
    [...run.changed.sleeps].map((startEventId) => ({
      id: sleepRowId(key, run.row.run, startEventId),
      ...key,
      run: run.row.run,
      ...toRecord(sleepColumns, { ...run.sleeps.get(startEventId)! }),
    })),
  );
  if (records.length > 0) await tx.unsafe(WRITE_SLEEPS, [JSON.stringify(records)], { prepare: true });
}
