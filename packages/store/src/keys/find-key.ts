import type { Sql, Tx } from '../client.ts';
import type { KeyScope } from './key-token.ts';

/** A key that is not revoked, with the hash that its secret must have. */
export interface StoredKey {
  id: string;
  scope: KeyScope;
  env: string | null;
  serviceKey: string | null;
  secretHash: Buffer;
}

/** One key by id, or null where it does not exist or is revoked. One look-up in the primary key of api_keys. */
export async function findKey(sql: Sql | Tx, id: string): Promise<StoredKey | null> {
  const rows = await sql<StoredKey[]>`
    SELECT id, scope, env, service_key AS "serviceKey", secret_hash AS "secretHash"
    FROM api_keys WHERE id = ${id} AND revoked_at IS NULL`;
  return rows[0] ?? null;
}
