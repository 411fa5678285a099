/** Writes the changed attempts of several runs in one statement. Looks each up by its key; grows with the rows. */
import { attemptRowId } from '@wm/projection';
import type { Tx } from '../client.ts';
import { attemptColumns } from './columns.ts';
import { mergeRecords, mergeStatement } from './merge-statement.ts';
import type { RunWrite } from './run-write.ts';

const WRITE_ATTEMPTS = mergeStatement(attemptColumns, [], false);

export async function writeAttempts(tx: Tx, writes: readonly RunWrite[]): Promise<void> {
  const records = writes.flatMap(({ key, run }) =>
    [...run.changed.attempts].map((attemptKey) => {
      const attempt = run.attempts.get(attemptKey)!;
      return {
        id: attemptRowId(key, run.row.run, attempt.stepName, attempt.attemptNumber),
        ...key,
        run: run.row.run,
        ...attempt,
      };
    }),
  );
  await mergeRecords(tx, WRITE_ATTEMPTS, records);
}
