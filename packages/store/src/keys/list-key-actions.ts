import type { Sql, Tx } from '../client.ts';

/** What somebody did to a key. */
export interface KeyAction {
  keyId: string;
  action: 'create' | 'rotate' | 'revoke';
  detail: string | null;
  actor: string;
  actedAt: Date;
}

/** What was done to one key, oldest first. Keys are few, so that key_actions is read by its index or whole. */
export async function listKeyActions(sql: Sql | Tx, id: string): Promise<KeyAction[]> {
  return sql<KeyAction[]>`
    SELECT key_id AS "keyId", action, detail, actor, acted_at AS "actedAt"
    FROM key_actions WHERE key_id::text = ${id.toLowerCase()} ORDER BY key_actions.id`;
}
