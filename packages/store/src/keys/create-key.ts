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
}

/**
 * Makes a key. The token is in the answer and nowhere else: only its hash is stored.
 *
 * Writes one row of api_keys.
 *
 * @throws where a name is empty, longer than 512 bytes or cannot be stored
 */
export async function createKey(sql: Sql | Tx, key: NewKey): Promise<{ id: string; token: string }> {
  for (const name of [key.name, key.env ?? 'any', key.serviceKey ?? 'any']) refuseBadName(name);
  const { id, token, secretHash } = makeToken(key.scope);
  await sql`
    INSERT INTO api_keys (id, name, scope, env, service_key, secret_hash)
    VALUES (${id}, ${key.name}, ${key.scope}, ${key.env ?? null}, ${key.serviceKey ?? null}, ${secretHash})`;
  return { id, token };
}

function refuseBadName(name: string): void {
  if (name !== '' && nameProblem(name) === null) return;
  throw new Error(
    'A name, environment or service of a key must have 1 to 512 bytes and no NUL character. No key was made; give another one.',
  );
}
