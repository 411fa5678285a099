/** Takes events off the work list. By their place, else by primary key; grows with the events. */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import type { RecordField } from './columns.ts';
import { fromRecords, recordArrays } from './record-arrays.ts';
import { ctidArray } from './row-place.ts';
import type { PendingPlace } from './row-place.ts';

const FIELDS: readonly RecordField[] = [
  { field: 'env', type: 'text' },
  { field: 'serviceKey', type: 'text' },
  { field: 'workflowId', type: 'text' },
  { field: 'at', type: 'instant' },
  { field: 'id', type: 'uuid' },
];

const DELETE_AT_PLACE = 'DELETE FROM pending_events WHERE ctid = ANY ($1::text::tid[])';

const DELETE_BY_KEY = `
DELETE FROM pending_events p
USING ${fromRecords(FIELDS)}
WHERE p.env = r.env AND p.service_key = r."serviceKey" AND p.workflow_id = r."workflowId"
  AND p.event_timestamp = r.at AND p.event_id = r.id`;

interface ListedEvent {
  key: WorkflowKey;
  at: number;
  id: string;
  /** Absent: not known. */
  place?: PendingPlace;
}

export async function deletePending(tx: Tx, events: readonly ListedEvent[]): Promise<void> {
  const placed = events.filter(({ place }) => place !== undefined);
  const byKey = deleteByKey(
    tx,
    events.filter(({ place }) => place === undefined),
  );
  if (placed.length > 0) {
    const ctids = ctidArray(placed.map(({ place }) => place!.pending));
    const { count } = await tx.unsafe(DELETE_AT_PLACE, [ctids], { prepare: true });
    if (count !== placed.length) await deleteByKey(tx, placed);
  }
  await byKey;
}

async function deleteByKey(tx: Tx, events: readonly ListedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const records = events.map(({ key, at, id }) => ({ ...key, at, id }));
  await tx.unsafe(DELETE_BY_KEY, recordArrays(FIELDS, records), { prepare: true });
}
