/**
 * How many entries of the quarantine wait for somebody to decide, for a figure that is read every few seconds.
 *
 * Reads: at most 100,000 entries of the quarantine.
 * Index: quarantined_events_open, which holds only those.
 * Growth: with what is open, up to that bound. More are shown as 100,000.
 */
import type { Sql } from '../client.ts';

export async function countOpenQuarantined(sql: Sql): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    SELECT count(*) AS open
    FROM (SELECT FROM quarantined_events WHERE redriven_at IS NULL AND discarded_at IS NULL LIMIT 100000) bounded`;
  return row?.open ?? 0;
}
