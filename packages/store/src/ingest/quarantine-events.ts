import { createHash } from 'node:crypto';
import type { QuarantineReason } from '@wm/events';
import type { Sql, Tx } from '../client.ts';

/** An event that could not go into the log. */
export interface QuarantinedEvent {
  reason: QuarantineReason;
  /** In words; becomes storable here, whatever is in it. */
  detail: string;
  /** Its JSON text as it came. */
  raw: string;
  /** As claimed; null where unreadable. */
  eventId: string | null;
  env: string | null;
  serviceKey: string | null;
  /** The API key that it came with; null with AUTH=off. */
  keyId: string | null;
}

/** Of a longer event only the beginning is kept, and its detail says so. As large as a request may be by default. */
const MAX_RAW_BYTES = 16 * 1024 * 1024;
/** Rows of one statement: bounds what PostgreSQL must hold at once. */
const MAX_STATEMENT_CHARACTERS = 4 * 1024 * 1024;

/**
 * Keeps events that could not go into the log. When it resolves they are committed. The same event with the same reason
 * is kept once: sending it again changes nothing.
 */
export async function quarantineEvents(sql: Sql | Tx, events: readonly QuarantinedEvent[]): Promise<void> {
  const rows = events.map(toRow).toSorted((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
  let statement: QuarantineRow[] = [];
  let characters = 0;
  for (const row of rows) {
    if (statement.length > 0 && characters + row.raw.length > MAX_STATEMENT_CHARACTERS) {
      await insertRows(sql, statement);
      statement = [];
      characters = 0;
    }
    statement.push(row);
    characters += row.raw.length;
  }
  if (statement.length > 0) await insertRows(sql, statement);
}

interface QuarantineRow {
  hash: string;
  reason: string;
  detail: string;
  raw: string;
  event_id: string | null;
  env: string | null;
  service_key: string | null;
  key_id: string | null;
}

function toRow(event: QuarantinedEvent): QuarantineRow {
  const bytes = Buffer.from(event.raw);
  const isCut = bytes.length > MAX_RAW_BYTES;
  const cut = isCut ? ` Only the first ${MAX_RAW_BYTES} of its ${bytes.length} bytes are kept.` : '';
  return {
    hash: createHash('sha256').update(event.reason).update('\n').update(bytes).digest('hex'),
    reason: event.reason,
    detail: storableText(event.detail + cut),
    raw: isCut ? bytes.subarray(0, MAX_RAW_BYTES).toString() : event.raw,
    event_id: event.eventId,
    env: event.env,
    service_key: event.serviceKey,
    key_id: event.keyId,
  };
}

/** A detail may quote what PostgreSQL said about a text that it could not hold. */
function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** Writes the quarantine, by its unique hash. Sorted by it, so that two batches of the same rejects cannot deadlock. */
async function insertRows(sql: Sql | Tx, rows: readonly QuarantineRow[]): Promise<void> {
  await sql`
    INSERT INTO quarantined_events (hash, reason, detail, raw, event_id, env, service_key, key_id)
    SELECT decode(hash, 'hex'), reason, detail, convert_to(raw, 'UTF8'), event_id, env, service_key, key_id
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS event (
      hash text, reason text, detail text, raw text, event_id text, env text, service_key text, key_id uuid)
    ORDER BY hash
    ON CONFLICT (hash) DO NOTHING`;
}
