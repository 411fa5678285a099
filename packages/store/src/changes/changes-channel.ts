/**
 * The word that something changed, from whoever committed it to whoever follows. It says no more than that: what changed
 * stands in `changes`, and a word that is lost costs a follower a second.
 */
import type { Sql } from '../client.ts';

const CHANNEL = 'wm_changes';

/** In a transaction of its own: inside one that writes, it would make commits wait for each other. */
export async function announceChanges(sql: Sql): Promise<void> {
  await sql`SELECT pg_notify(${CHANNEL}, '')`;
}

/**
 * Hears the word on a connection of its own, which comes back by itself. @param onChange also called when it came back
 *
 * @throws the database's error where it cannot be asked now
 */
export async function listenForChanges(sql: Sql, onChange: () => void): Promise<{ unlisten: () => Promise<void> }> {
  return sql.listen(CHANNEL, onChange, onChange);
}
