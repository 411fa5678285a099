/**
 * How many entries of the quarantine are open, by reason.
 *
 * Reads: at most 100,000 open entries.
 * Index: quarantined_events_open, which holds only those.
 * Growth: with what is open, up to that bound.
 */
import type { Sql, Tx } from '../client.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

/** One row for each reason, the most frequent first. */
export function countQuarantineReasons(sql: Sql | Tx, scope: ReadScope) {
  return sql<{ reason: string; open: number }[]>`
    SELECT reason, count(*) AS open
    FROM (
      SELECT reason FROM quarantined_events
      WHERE redriven_at IS NULL AND discarded_at IS NULL ${scopeConditions(sql, scope)}
      LIMIT 100000
    ) bounded
    GROUP BY reason
    ORDER BY open DESC, reason`;
}
