/**
 * Writes the changed steps of several runs in one statement.
 *
 * Looks each up by its key; a result comes from the log by (id, event_timestamp) and only where it changed. Grows
 * with the rows.
 */
import { stepContribution, stepRowId } from '@wm/projection';
import type { Tx } from '../client.ts';
import { stepColumns } from './columns.ts';
import { mergeRecords, mergeStatement } from './merge-statement.ts';
import type { RunWrite } from './run-write.ts';

const WRITE_STEPS = mergeStatement(
  stepColumns,
  [
    {
      column: 'result',
      join: `LEFT JOIN workflow_events e ON e.id = r."resultChangedId" AND e.event_timestamp = r."resultChangedAt"`,
      value: `e.payload -> 'result'`,
      changedField: 'resultChanged',
    },
  ],
  true,
);

export async function writeSteps(tx: Tx, writes: readonly RunWrite[]): Promise<void> {
  const records = writes.flatMap(({ key, run, previous }) =>
    [...run.changed.steps].map((stepName) => {
      const step = run.steps.get(stepName)!;
      const stored = previous?.steps.get(stepName)?.resultEventId ?? null;
      const changed = step.resultEventId !== stored && { resultChanged: true, resultChangedId: step.resultEventId };
      return {
        id: stepRowId(key, run.row.run, stepName),
        ...key,
        run: run.row.run,
        ...step,
        contribution: stepContribution(step),
        ...(changed && { ...changed, resultChangedAt: step.completedAt }),
      };
    }),
  );
  await mergeRecords(tx, WRITE_STEPS, records);
}
