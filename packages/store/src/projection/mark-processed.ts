/**
 * Marks events as processed in the log. By primary key of the partition (id, event_timestamp); no index holds the two
 * columns, so that the update stays within the page (HOT). Grows with the events.
 */
import type { Tx } from '../client.ts';

const MARK_PROCESSED = `
UPDATE workflow_events e
SET processed = true, processed_at = now()
FROM unnest($1::text[]::uuid[], $2::text[]::timestamptz[]) AS p(id, event_timestamp)
WHERE e.id = p.id AND e.event_timestamp = p.event_timestamp`;

export async function markProcessed(tx: Tx, events: readonly { at: number; id: string }[]): Promise<void> {
  if (events.length === 0) return;
  const parameters = [events.map(({ id }) => id), events.map(({ at }) => new Date(at).toISOString())];
  await tx.unsafe(MARK_PROCESSED, parameters, { prepare: true });
}
