import type { Sql, Tx } from '../client.ts';

/**
 * Revokes a key; services notice within ten seconds. Reads api_keys whole, so that any text may be asked for.
 *
 * @returns false where there is no such key, or it was revoked before
 */
export async function revokeKey(sql: Sql | Tx, id: string): Promise<boolean> {
  const rows = await sql`
    UPDATE api_keys SET revoked_at = now() WHERE id::text = ${id.toLowerCase()} AND revoked_at IS NULL RETURNING id`;
  return rows.length > 0;
}
