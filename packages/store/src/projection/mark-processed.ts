/**
 * Marks events as processed in the log. By primary key of the partition (id, event_timestamp); no index holds the two
 * columns, so that the update stays within the page (HOT). Grows with the events.
 */
import type { Tx } from '../client.ts';
import type { RecordField } from './columns.ts';
import { fromRecords, recordArrays } from './record-arrays.ts';

const FIELDS: readonly RecordField[] = [
  { field: 'id', type: 'uuid' },
  { field: 'at', type: 'instant' },
];

const MARK_PROCESSED = `
UPDATE workflow_events e
SET processed = true, processed_at = now()
FROM ${fromRecords(FIELDS)}
WHERE e.id = r.id AND e.event_timestamp = r.at`;

export async function markProcessed(tx: Tx, events: readonly { at: number; id: string }[]): Promise<void> {
  if (events.length > 0) await tx.unsafe(MARK_PROCESSED, recordArrays(FIELDS, events), { prepare: true });
}
