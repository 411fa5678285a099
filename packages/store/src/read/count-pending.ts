/**
 * What waits to be folded, by environment.
 *
 * Reads: all of pending_events, the work list.
 * Index: none; the table is as small as the backlog. With a limit on the environment its primary key.
 * Growth: with the backlog, not with what is stored.
 */
import type { Sql, Tx } from '../client.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

export interface PendingOfEnvironment {
  env: string;
  unprocessed: number;
  oldestUnprocessedAgeMs: number;
}

export function countPending(sql: Sql | Tx, scope: ReadScope) {
  return sql<PendingOfEnvironment[]>`
    SELECT env, count(*) AS unprocessed,
      greatest(0, floor(extract(epoch FROM clock_timestamp() - min(received_at)) * 1000))::bigint AS "oldestUnprocessedAgeMs"
    FROM pending_events
    WHERE true ${scopeConditions(sql, scope)}
    GROUP BY env
    ORDER BY env`;
}
