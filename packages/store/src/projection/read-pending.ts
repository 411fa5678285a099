/**
 * Reads the pending events of workflows that this transaction has locked, in order, with the few fields the fold reads.
 *
 * Per key: a range of pending_events (primary key, which is also the order), then one lookup in the log (primary key
 * of the partition) per event. Grows with the events it returns; both bounds cut a prefix, so that what is left over
 * is later in order and is drained by the next round. The values of inputs, results and outputs are never read.
 */
import { toFoldEvent } from '@wm/events';
import type { FoldEvent } from '@wm/events';
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { inMilliseconds } from './columns.ts';
import { foldFields } from './fold-fields.ts';
import type { FoldFields } from './fold-fields.ts';
import type { PendingPlace } from './row-place.ts';
import { keyArrays } from './workflow-keys.ts';

const READ_PENDING = `
SELECT q.key_number AS "keyNumber", q.bytes_before + q.bytes >= $5 AS "full",
       ${inMilliseconds('q.event_timestamp')} AS "at", q.event_id AS "id",
       ${inMilliseconds('q.arrived_at')} AS "receivedAt",
       q.ctid AS "pendingPlace", q.log_ctid AS "logPlace", q.log_table AS "logTable",
       q.log_id IS NOT NULL AND q.processing_error IS NULL AND q.source = 'workflow' AS "folds", ${foldFields('q')}
FROM (
  SELECT k.key_number, p.event_timestamp, p.event_id, p.received_at AS arrived_at, p.ctid, e.id AS log_id,
         e.ctid AS log_ctid, e.tableoid::regclass::text AS log_table, e.event_type,
         e.workflow_name, e.execution_id, e.payload, e.processing_error, e.source, b.bytes,
         sum(b.bytes) OVER (ORDER BY k.key_number, p.event_timestamp, p.event_id ROWS UNBOUNDED PRECEDING) - b.bytes
           AS bytes_before
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k(env, service_key, workflow_id, key_number)
  CROSS JOIN LATERAL (
    SELECT p.*, p.ctid FROM pending_events p
    WHERE p.env = k.env AND p.service_key = k.service_key AND p.workflow_id = k.workflow_id
    ORDER BY p.env, p.service_key, p.workflow_id, p.event_timestamp, p.event_id
    LIMIT $4
  ) p
  LEFT JOIN workflow_events e ON e.id = p.event_id AND e.event_timestamp = p.event_timestamp
  CROSS JOIN LATERAL (SELECT coalesce(pg_column_size(e.payload), 0) AS bytes) b
  ORDER BY k.key_number, p.event_timestamp, p.event_id
  LIMIT $4
) q
WHERE q.bytes_before < $5
ORDER BY q.key_number, q.event_timestamp, q.event_id`;

/** A pending row, with what marking it processed needs. */
export interface PendingEvent {
  key: WorkflowKey;
  at: number;
  id: string;
  /** When it arrived, milliseconds since the epoch. */
  receivedAt: number;
  /** Absent: not known. */
  place?: PendingPlace;
  /** The event as the fold reads it; null where no fold takes it (a job's event, one with a processing error). */
  event: FoldEvent | null;
}

export interface PendingBatch {
  /** By key in the order asked for, each in order of the events. */
  events: PendingEvent[];
  /** A bound was reached: there may be more. */
  full: boolean;
}

/**
 * @param maxEvents at most so many events, over all keys
 * @param maxBytes stops after the event that reaches it (stored size of the payloads, bytes)
 */
export async function readPending(
  tx: Tx,
  keys: readonly WorkflowKey[],
  { maxEvents, maxBytes }: { maxEvents: number; maxBytes: number },
): Promise<PendingBatch> {
  type Row = FoldFields & { keyNumber: number; full: boolean; receivedAt: number; folds: boolean } & {
    pendingPlace: string;
    logPlace: string | null;
    logTable: string | null;
  };
  const rows = await tx.unsafe<Row[]>(READ_PENDING, [...keyArrays(keys), maxEvents, maxBytes], { prepare: true });
  const events = rows.map((row) => ({
    key: keys[row.keyNumber - 1]!,
    at: row.at,
    id: row.id,
    receivedAt: row.receivedAt,
    place: {
      pending: row.pendingPlace,
      log: row.logPlace === null || row.logTable === null ? null : { table: row.logTable, ctid: row.logPlace },
    },
    event: row.folds ? toFoldEvent(row, row.body) : null,
  }));
  return { events, full: rows.length >= maxEvents || rows.at(-1)?.full === true };
}
