import { nameProblem } from '@wm/events';
import type { Sql, Tx } from '../client.ts';
import { makeToken } from './key-token.ts';
import type { KeyScope } from './key-token.ts';

export interface NewKey {
  /** What people call it. */
  name: string;
  scope: KeyScope;
  /** Absent: every environment. */
  env?: string;
  /** Absent: every service. */
  serviceKey?: string;
  /** It is refused after this time, in milliseconds from now by the clock of the database; absent: never. */
  lifetimeMs?: number;
}

/**
 * Makes a key. The token is in the answer and nowhere else: only its hash is stored.
 *
 * Writes one row of api_keys, and one of key_actions that says who made it.
 *
 * @param actor who makes it, in words
 * @throws where a name is empty, longer than 512 bytes or cannot be stored; where a key for the figures is to be limited
 */
export async function createKey(
  sql: Sql | Tx,
  key: NewKey,
  actor = 'cli',
): Promise<{ id: string; token: string; expiresAt: Date | null }> {
  for (const name of [key.name, key.env ?? 'any', key.serviceKey ?? 'any']) refuseBadName(name);
  if (key.scope === 'metrics' && (key.env !== undefined || key.serviceKey !== undefined)) {
    throw new Error(
      'A key for metrics cannot be limited to an environment or service: the figures are of all of them together. No key was made.',
    );
  }
  const { id, token, secretHash } = makeToken(key.scope);
  const [row] = await sql<{ expiresAt: Date | null }[]>`
    WITH made AS (
      INSERT INTO api_keys (id, name, scope, env, service_key, secret_hash, expires_at)
      VALUES (${id}, ${key.name}, ${key.scope}, ${key.env ?? null}, ${key.serviceKey ?? null}, ${secretHash},
              now() + ${key.lifetimeMs ?? null}::float8 * interval '1 millisecond')
      RETURNING id, expires_at
    ), noted AS (
      INSERT INTO key_actions (key_id, action, actor) SELECT id, 'create', ${actor}::text FROM made
    )
    SELECT expires_at AS "expiresAt" FROM made`;
  return { id, token, expiresAt: row!.expiresAt };
}

function refuseBadName(name: string): void {
  if (name !== '' && nameProblem(name) === null) return;
  throw new Error(
    'A name, environment or service of a key must have 1 to 512 bytes and no NUL character. No key was made; give another one.',
  );
}
