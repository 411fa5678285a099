import type { Tx } from '../client.ts';
import { storableText } from './storable-text.ts';

/** What became of an entry that was sent through again. */
export interface RedriveNote {
  id: string;
  outcome: 'stored' | 'duplicate' | 'rejected';
  /** Why it was rejected again. */
  detail: string | null;
  /** Its id in the log; null where it is not there. */
  eventId: string | null;
  mended: boolean;
}

/** Writes an action for each note, and marks the entries whose events are in the log now. By the primary key. */
export async function noteRedriven(tx: Tx, notes: readonly RedriveNote[], actor: string): Promise<void> {
  if (notes.length === 0) return;
  const rows = notes.map((note) => ({
    quarantine_id: note.id,
    outcome: note.outcome,
    detail: note.detail === null ? null : storableText(note.detail),
    event_id: note.eventId,
    mended: note.mended,
  }));
  await tx`
    WITH notes AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS note (
        quarantine_id uuid, outcome text, detail text, event_id uuid, mended boolean)
    ), marked AS (
      UPDATE quarantined_events SET redriven_at = clock_timestamp()
      WHERE id IN (SELECT quarantine_id FROM notes WHERE outcome <> 'rejected')
    )
    INSERT INTO quarantine_actions (quarantine_id, action, outcome, detail, event_id, mended, actor)
    SELECT quarantine_id, 'redrive', outcome, detail, event_id, mended, ${actor}::text FROM notes`;
}
