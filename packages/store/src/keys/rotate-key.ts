import type { Sql } from '../client.ts';
import { makeToken } from './key-token.ts';
import type { KeyScope } from './key-token.ts';

export interface Rotation {
  /** How long the old key is let in beside the new one, milliseconds. */
  graceMs: number;
  /** When the new key expires, milliseconds from now; absent: it lives as long as the old one was made for. */
  lifetimeMs?: number;
  /** Who rotates it, in words. */
  actor?: string;
}

export type RotationResult =
  /** oldExpiresAt: the end of the grace, or an expiry of the old key that comes sooner. expiresAt null: never. */
  | { outcome: 'rotated'; id: string; token: string; expiresAt: Date | null; oldExpiresAt: Date }
  /** Its successor is there already; its token was shown then. */
  | { outcome: 'rotated_before'; successorId: string }
  /** Revoked or expired: there is nothing that could go on without a break. */
  | { outcome: 'over' }
  | { outcome: 'not_found' };

interface Found {
  id: string;
  scope: KeyScope;
  successorId: string | null;
  over: boolean;
}

/**
 * Makes a successor with the same name, scope and reach, and lets the old key expire after a grace, so that clients can
 * change over one by one. Both, and who did it, in one statement; of two rotations at once, one finds the other's successor.
 *
 * Reads api_keys whole, so that any text may be asked for.
 */
export async function rotateKey(sql: Sql, id: string, rotation: Rotation): Promise<RotationResult> {
  const [old] = await sql<Found[]>`
    SELECT id, scope, successor_id AS "successorId",
           revoked_at IS NOT NULL OR coalesce(expires_at <= now(), false) AS over
    FROM api_keys WHERE id::text = ${id.toLowerCase()}`;
  if (old === undefined) return { outcome: 'not_found' };
  if (old.successorId !== null) return { outcome: 'rotated_before', successorId: old.successorId };
  if (old.over) return { outcome: 'over' };
  const made = makeToken(old.scope);
  const rows = await replace(sql, old.id, made, rotation);
  // Somebody was quicker: the second look says how.
  if (rows[0] === undefined) return rotateKey(sql, id, rotation);
  return { outcome: 'rotated', id: made.id, token: made.token, ...rows[0] };
}

function replace(
  sql: Sql,
  oldId: string,
  made: { id: string; secretHash: Buffer },
  { graceMs, lifetimeMs, actor = 'cli' }: Rotation,
) {
  return sql<{ expiresAt: Date | null; oldExpiresAt: Date }[]>`
    WITH old AS (
      SELECT * FROM api_keys
      WHERE id = ${oldId} AND successor_id IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
      FOR UPDATE
    ), made AS (
      INSERT INTO api_keys (id, name, scope, env, service_key, secret_hash, expires_at)
      SELECT ${made.id}, name, scope, env, service_key, ${made.secretHash},
             now() + coalesce(${lifetimeMs ?? null}::float8 * interval '1 millisecond', expires_at - created_at)
      FROM old
      RETURNING id, expires_at
    ), retired AS (
      UPDATE api_keys SET
        successor_id = (SELECT id FROM made),
        expires_at = least(expires_at, now() + ${graceMs}::float8 * interval '1 millisecond')
      WHERE id IN (SELECT id FROM old)
      RETURNING id, expires_at
    ), noted AS (
      INSERT INTO key_actions (key_id, action, detail, actor)
      SELECT id, 'rotate', format('successor %s, valid until %s', ${made.id}::text, expires_at), ${actor}::text FROM retired
      UNION ALL
      SELECT id, 'create', format('successor of %s', ${oldId}::text), ${actor}::text FROM made
    )
    SELECT made.expires_at AS "expiresAt", retired.expires_at AS "oldExpiresAt" FROM made, retired`;
}
