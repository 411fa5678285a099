import type { Sql, Tx } from '../client.ts';
import type { KeyScope } from './key-token.ts';

/** A key that may be used, with the hash that its secret must have. */
export interface ActiveKey {
  id: string;
  /** What people call it. */
  name: string;
  scope: KeyScope;
  env: string | null;
  serviceKey: string | null;
  secretHash: Buffer;
  /** Milliseconds until it expires, by the clock of the database; null: never. */
  expiresInMs: number | null;
}

/**
 * Keys that are neither revoked nor expired: all, or those of some ids. All: reads api_keys whole, and people make keys by
 * hand, so it stays small: 1,000 keys are about 150 KB. Some: by its primary key.
 *
 * @param ids null: all
 */
export async function listActiveKeys(sql: Sql | Tx, ids: readonly string[] | null): Promise<ActiveKey[]> {
  return sql<ActiveKey[]>`
    SELECT id, name, scope, env, service_key AS "serviceKey", secret_hash AS "secretHash",
           extract(epoch FROM expires_at - now())::float8 * 1000 AS "expiresInMs"
    FROM api_keys
    WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
      ${ids === null ? sql`` : sql`AND id = ANY(${sql.array([...ids])}::uuid[])`}`;
}
