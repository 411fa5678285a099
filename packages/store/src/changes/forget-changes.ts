/**
 * Takes away notes of changes that nobody may go on from any more.
 *
 * Reads: all of changes; no index, because each would cost every drain. Growth: with the drains of CHANGES_KEPT_MS, at
 * most some ten thousand rows.
 */
import type { Sql } from '../client.ts';

/** For so long notes are kept at least, milliseconds. Readers may go on from anything younger than half of it. */
export const CHANGES_KEPT_MS = 10 * 60_000;

export async function forgetChanges(sql: Sql): Promise<void> {
  await sql`DELETE FROM changes WHERE at < now() - ${CHANGES_KEPT_MS} * interval '1 millisecond'`;
}
