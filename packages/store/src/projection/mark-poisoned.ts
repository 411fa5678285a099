/**
 * Writes on an event why no fold takes it: PostgreSQL refuses the rows that it would make. One lookup by primary key.
 * The event stays in the log and on the timeline; every later fold skips it in the same way.
 */
import type { Tx } from '../client.ts';

const MARK_POISONED = `
UPDATE workflow_events
SET processed = true, processed_at = now(), processing_error = $3
WHERE id = $1::text::uuid AND event_timestamp = $2::text::timestamptz`;

export async function markPoisoned(tx: Tx, event: { at: number; id: string }, reason: string): Promise<void> {
  await tx.unsafe(MARK_POISONED, [event.id, new Date(event.at).toISOString(), reason], { prepare: true });
}
