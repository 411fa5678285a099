/**
 * How many workers are connected: each has one session for sweeping, from its start to its end.
 *
 * Reads: the sessions of this server.
 * Index: none.
 * Growth: with the number of connections.
 */
import type { Sql } from '../client.ts';

/** `application_name` of that session. */
export const SWEEP_SESSION = 'wm-worker-sweeper';

export async function countWorkers(sql: Sql): Promise<number> {
  const [row] = await sql<{ workers: number }[]>`
    SELECT count(*) AS workers FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${SWEEP_SESSION}`;
  return row?.workers ?? 0;
}
