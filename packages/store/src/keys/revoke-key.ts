import type { Sql, Tx } from '../client.ts';

/**
 * Revokes a key; services notice within ten seconds. Reads api_keys whole, so that any text may be asked for, and notes in
 * key_actions who did it.
 *
 * @param actor who revokes it, in words
 * @returns false where there is no such key, or it was revoked before
 */
export async function revokeKey(sql: Sql | Tx, id: string, actor = 'cli'): Promise<boolean> {
  const rows = await sql`
    WITH revoked AS (
      UPDATE api_keys SET revoked_at = now() WHERE id::text = ${id.toLowerCase()} AND revoked_at IS NULL RETURNING id
    )
    INSERT INTO key_actions (key_id, action, actor) SELECT id, 'revoke', ${actor}::text FROM revoked RETURNING key_id`;
  return rows.length > 0;
}
