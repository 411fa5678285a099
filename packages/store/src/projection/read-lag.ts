/** Reads how long the oldest waiting event has waited, in milliseconds; 0 when none waits. One index entry. */
import type { Sql } from '../client.ts';

export async function readLag(sql: Sql): Promise<number> {
  const [row] = await sql<{ lag: number | null }[]>`
    SELECT (extract(epoch FROM clock_timestamp() - min(received_at)) * 1000)::bigint AS lag FROM pending_events`;
  return Math.max(0, row?.lag ?? 0);
}
