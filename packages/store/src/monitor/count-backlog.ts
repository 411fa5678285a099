/**
 * What waits to be folded, by environment and service, for figures that are read every few seconds.
 *
 * Reads: at most a million entries of pending_events, whichever come first; 0.2 s then.
 * Index: none; the table is as small as the backlog.
 * Growth: with the backlog, up to that bound. A larger backlog is shown as a million.
 */
import type { Sql } from '../client.ts';

export interface Backlog {
  env: string;
  serviceKey: string;
  events: number;
  /** Since the oldest of them arrived, milliseconds. */
  oldestAgeMs: number;
}

/** One row for each service with events that wait, the longest waiting first. */
export function countBacklog(sql: Sql) {
  return sql<Backlog[]>`
    SELECT env, service_key AS "serviceKey", count(*) AS events,
      greatest(0, floor(extract(epoch FROM clock_timestamp() - min(received_at)) * 1000))::bigint AS "oldestAgeMs"
    FROM (SELECT env, service_key, received_at FROM pending_events LIMIT 1000000) bounded
    GROUP BY env, service_key
    ORDER BY min(received_at)`;
}
