import { createHash } from 'node:crypto';
import type { QuarantineReason } from '@wm/events';
import type { Sql, Tx } from '../client.ts';
import { HEAD_BYTES, makeRoom, QUARANTINE_BYTES } from '../quarantine/room.ts';
import { storableText } from '../quarantine/storable-text.ts';

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
  /** The request was no valid UTF-8, and characters of this text stand for its bytes. */
  bytesReplaced: boolean;
}

/** Of a longer event only the beginning is kept, and its detail says so. As large as a request may be by default. */
const MAX_RAW_BYTES = 16 * 1024 * 1024;
/** Rows of one statement: bounds what PostgreSQL must hold at once. */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;

/**
 * Keeps events that could not go into the log. When it resolves they are committed. The same event with the same reason
 * is kept once: sending it again changes nothing.
 *
 * @param bound bytes of text that the quarantine may hold; of what does not fit, only the beginning is kept
 * @returns how many new entries hold only the beginning of their text for want of room
 */
export async function quarantineEvents(
  sql: Sql | Tx,
  events: readonly QuarantinedEvent[],
  bound: number = QUARANTINE_BYTES,
): Promise<number> {
  const byHash = new Map(events.map((event) => [hashOf(event), event]));
  const rows = [...byHash].map(([hash, event]) => ({ hash, event, bytes: Buffer.byteLength(event.raw) }));
  rows.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
  let withoutRoom = 0;
  for (const statement of statementsOf(rows)) {
    const wanted = statement.reduce((sum, row) => sum + keptBytes(row), 0);
    let free = await makeRoom(sql, wanted, bound);
    const unfit = new Set<string>();
    const fitted = statement.map((row) => {
      const bytes = keptBytes(row);
      if (bytes <= HEAD_BYTES) return toRow(row, HEAD_BYTES);
      if (bytes > free) {
        unfit.add(row.hash);
        return toRow(row, HEAD_BYTES);
      }
      free -= bytes;
      return toRow(row, MAX_RAW_BYTES);
    });
    const inserted = await insertRows(sql, fitted);
    withoutRoom += inserted.filter(({ hash }) => unfit.has(hash)).length;
  }
  return withoutRoom;
}

interface Reject {
  hash: string;
  event: QuarantinedEvent;
  /** Of its text. */
  bytes: number;
}

function hashOf({ reason, raw }: QuarantinedEvent): string {
  return createHash('sha256').update(reason).update('\n').update(raw).digest('hex');
}

function keptBytes({ bytes }: Reject): number {
  return Math.min(bytes, MAX_RAW_BYTES);
}

function* statementsOf(rows: readonly Reject[]): Generator<Reject[]> {
  let statement: Reject[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (statement.length > 0 && bytes + row.bytes > MAX_STATEMENT_BYTES) {
      yield statement;
      statement = [];
      bytes = 0;
    }
    statement.push(row);
    bytes += row.bytes;
  }
  if (statement.length > 0) yield statement;
}

function toRow({ hash, event, bytes }: Reject, limit: number) {
  const isCut = bytes > limit;
  const why = limit === HEAD_BYTES ? ' The quarantine is full.' : '';
  const cut = isCut ? `${why} Only the first ${limit} of its ${bytes} bytes are kept.` : '';
  return {
    hash,
    reason: event.reason,
    detail: storableText(event.detail + cut),
    raw: isCut ? beginningOf(event.raw, limit) : event.raw,
    raw_cut: isCut,
    bytes_replaced: event.bytesReplaced,
    event_id: event.eventId,
    env: event.env,
    service_key: event.serviceKey,
    key_id: event.keyId,
  };
}

/** Without a character that the cut goes through. */
function beginningOf(text: string, bytes: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });
}

/** Writes the quarantine, by its unique hash. Sorted by it, so that two batches of the same rejects cannot deadlock. */
function insertRows(sql: Sql | Tx, rows: readonly ReturnType<typeof toRow>[]) {
  return sql<{ hash: string }[]>`
    INSERT INTO quarantined_events
      (hash, reason, detail, raw, raw_cut, bytes_replaced, event_id, env, service_key, key_id)
    SELECT decode(hash, 'hex'), reason, detail, convert_to(raw, 'UTF8'), raw_cut, bytes_replaced, event_id, env,
      service_key, key_id
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS event (
      hash text, reason text, detail text, raw text, raw_cut boolean, bytes_replaced boolean, event_id text, env text,
      service_key text, key_id uuid)
    ORDER BY hash
    ON CONFLICT (hash) DO NOTHING
    RETURNING encode(hash, 'hex') AS hash`;
}
