import type { Sql, Tx } from '../client.ts';
import type { KeyScope } from './key-token.ts';

/** A key as people may see it: without its hash. */
export interface ListedKey {
  id: string;
  name: string;
  scope: KeyScope;
  /** null: every environment. */
  env: string | null;
  /** null: every service. */
  serviceKey: string | null;
  createdAt: Date;
  /** About a minute behind. */
  lastUsedAt: Date | null;
  /** null: never. */
  expiresAt: Date | null;
  /** By the clock of the database. */
  expired: boolean;
  revokedAt: Date | null;
  /** The key that takes its place. */
  successorId: string | null;
}

/** All keys, newest first, those too that are over. Reads api_keys whole: people make keys by hand, so it stays small. */
export async function listKeys(sql: Sql | Tx): Promise<ListedKey[]> {
  return sql<ListedKey[]>`
    SELECT id, name, scope, env, service_key AS "serviceKey", created_at AS "createdAt",
           last_used_at AS "lastUsedAt", expires_at AS "expiresAt", coalesce(expires_at <= now(), false) AS expired,
           revoked_at AS "revokedAt", successor_id AS "successorId"
    FROM api_keys ORDER BY created_at DESC, id DESC`;
}
