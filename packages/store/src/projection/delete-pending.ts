/** Takes events off the work list. By primary key; grows with the events. */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import type { RecordField } from './columns.ts';
import { fromRecords, recordArrays } from './record-arrays.ts';

const FIELDS: readonly RecordField[] = [
  { field: 'env', type: 'text' },
  { field: 'serviceKey', type: 'text' },
  { field: 'workflowId', type: 'text' },
  { field: 'at', type: 'instant' },
  { field: 'id', type: 'uuid' },
];

const DELETE_PENDING = `
DELETE FROM pending_events p
USING ${fromRecords(FIELDS)}
WHERE p.env = r.env AND p.service_key = r."serviceKey" AND p.workflow_id = r."workflowId"
  AND p.event_timestamp = r.at AND p.event_id = r.id`;

export async function deletePending(
  tx: Tx,
  events: readonly { key: WorkflowKey; at: number; id: string }[],
): Promise<void> {
  if (events.length === 0) return;
  const records = events.map(({ key, at, id }) => ({ ...key, at, id }));
  await tx.unsafe(DELETE_PENDING, recordArrays(FIELDS, records), { prepare: true });
}
