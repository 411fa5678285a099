import type { Sql, Tx } from '../client.ts';

/** Notes that a key was used, at most once a minute whatever the number of processes. One row by its primary key. */
export async function touchKey(sql: Sql | Tx, id: string): Promise<void> {
  await sql`
    UPDATE api_keys SET last_used_at = now()
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
}
