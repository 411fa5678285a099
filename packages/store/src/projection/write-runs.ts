/**
 * Writes the changed runs of several workflows in one statement.
 *
 * Looks each up by its key; input and output come from the log by (id, event_timestamp) and only where they changed,
 * so that a large input is neither read nor rewritten when something else about the run changes. Grows with the rows.
 */
import { runContribution, workflowRowId } from '@wm/projection';
import type { Contribution } from '@wm/projection';
import type { Position } from '@wm/events';
import type { Tx } from '../client.ts';
import { workflowColumns } from './columns.ts';
import { mergeRecords, mergeStatement } from './merge-statement.ts';
import type { RunWrite } from './run-write.ts';

const WRITE_RUNS = mergeStatement(
  workflowColumns,
  [
    {
      column: 'input',
      join: `LEFT JOIN workflow_events i ON i.id = r."inputChangedId" AND i.event_timestamp = r."inputChangedAt"`,
      value: `i.payload -> 'input'`,
      changedField: 'inputChanged',
    },
    {
      column: 'output',
      join: `LEFT JOIN workflow_events o ON o.id = r."outputChangedId" AND o.event_timestamp = r."outputChangedAt"`,
      value: `CASE WHEN o.payload ? 'output' THEN o.payload -> 'output' ELSE o.payload -> 'result' END`,
      changedField: 'outputChanged',
    },
  ],
  true,
);

export async function writeRuns(tx: Tx, writes: readonly RunWrite[], projectionVersion: number): Promise<void> {
  const records = writes
    .filter(({ run }) => run.changed.row)
    .map(({ key, run: { row }, previous }) => {
      const { inputEvent, outputEvent } = row.foldState;
      const contribution: Contribution = runContribution(row);
      return {
        id: workflowRowId(key, row.run),
        ...key,
        ...row,
        firstEventAt: row.firstEvent.at,
        firstEventId: row.firstEvent.id,
        lastEventAt: row.lastEvent.at,
        lastEventId: row.lastEvent.id,
        contribution,
        projectionVersion,
        ...loggedAt('inputChanged', inputEvent, previous?.inputEvent ?? null),
        ...loggedAt('outputChanged', outputEvent, previous?.outputEvent ?? null),
      };
    });
  await mergeRecords(tx, WRITE_RUNS, records);
}

function loggedAt(field: string, event: Position | null, previous: Position | null): Record<string, unknown> {
  if (event?.id === previous?.id && event?.at === previous?.at) return {};
  const changed = { [field]: true };
  return event === null ? changed : { ...changed, [`${field}Id`]: event.id, [`${field}At`]: event.at };
}
