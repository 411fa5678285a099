/**
 * The room of the quarantine: how many bytes of text it may keep. A flood of rejects must not fill the disk, and yet every
 * reject must have its entry: beyond the bound an entry holds the beginning of its text only. What was redriven or
 * discarded makes room for what comes, but not before the room is needed.
 */
import type { Sql, Tx } from '../client.ts';

/** Bytes of the texts that are kept, beginnings not counted. */
export const QUARANTINE_BYTES = 1024 * 1024 * 1024;

/**
 * What is kept of a text without room. The claimed id, environment and service stand beside it. No text of this length or
 * less is ever counted or cut; the migration that made quarantine_room names the same number.
 */
export const HEAD_BYTES = 256;

/** Texts that make room at once: bounds the time of the statement. */
const MOST_FREED = 1_000;

/** Reads quarantine_room whole: 16 rows at most. */
export async function readQuarantineBytes(sql: Sql | Tx): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM quarantine_room`;
  return row?.bytes ?? 0;
}

/**
 * The bytes that are free below the bound, after settled entries have made room where less than `wanted` were. Writers
 * that ask at the same moment may go beyond the bound together, by what each of them writes.
 */
export async function makeRoom(sql: Sql | Tx, wanted: number, bound: number): Promise<number> {
  const free = bound - (await readQuarantineBytes(sql));
  if (free >= wanted) return free;
  const freed = await cutSettledTexts(sql);
  return freed === 0 ? free : bound - (await readQuarantineBytes(sql));
}

/**
 * Cuts the texts of the oldest entries that were redriven or discarded. By quarantined_events_freeable, which holds only
 * those; rows that somebody works on are left alone.
 */
async function cutSettledTexts(sql: Sql | Tx): Promise<number> {
  const rows = await sql`
    UPDATE quarantined_events SET raw = substring(raw FROM 1 FOR ${HEAD_BYTES}::int), raw_cut = true
    WHERE id IN (
      SELECT id FROM quarantined_events
      WHERE octet_length(raw) > 256 AND (redriven_at IS NOT NULL OR discarded_at IS NOT NULL)
      ORDER BY received_at, id
      LIMIT ${MOST_FREED}
      FOR UPDATE SKIP LOCKED)
    RETURNING id`;
  return rows.length;
}
