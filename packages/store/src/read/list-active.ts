/**
 * A page of runs that are running or paused, newest first, each with what it is doing and what that is concluded from; and
 * how many there are of each state.
 *
 * Reads, index and growth: as judge-open-runs, and the rows of the page by primary key.
 */
import type { Sql, Tx } from '../client.ts';
import { judgedRuns, type ActiveState, type ActivityRules, type OpenRunFilter } from './judge-open-runs.ts';
import type { PagePosition } from './position.ts';
import { runSummaryColumns, type RunSummary } from './run-columns.ts';

export interface ActiveRun extends RunSummary {
  activityState: ActiveState;
  silentMs: number;
  /** What its silence is measured by; null: nothing to measure it by. */
  expectedMs: number | null;
  /** The step that this is of; null: the workflow. */
  expectedOfStep: string | null;
}

/** Up to `limit` rows after `after`, ordered by (sort_at, id), both descending. @param states any of these; empty: all */
export function listActive(
  sql: Sql | Tx,
  { filter, rules, states }: { filter: OpenRunFilter; rules: ActivityRules; states: readonly ActiveState[] },
  after: PagePosition | null,
  limit: number,
) {
  return sql<ActiveRun[]>`
    SELECT ${runSummaryColumns(sql)}, judged.activity_state AS "activityState", judged.silent_ms AS "silentMs",
      judged.p99_ms AS "expectedMs", judged.of_step AS "expectedOfStep"
    FROM (
      SELECT id AS judged_id, activity_state, silent_ms, p99_ms, of_step, sort_at AS judged_sort_at
      FROM ${judgedRuns(sql, filter, rules)} all_judged
      WHERE true
        ${states.length === 0 ? sql`` : sql`AND activity_state = ANY(${[...states]}::text[])`}
        ${after === null ? sql`` : sql`AND (sort_at, id) < (${new Date(after.at)}::timestamptz, ${after.id}::uuid)`}
      ORDER BY sort_at DESC, id DESC
      LIMIT ${limit}
    ) judged
    JOIN workflows ON workflows.id = judged.judged_id
    ORDER BY judged.judged_sort_at DESC, judged.judged_id DESC`;
}

export interface ActiveCount {
  env: string;
  activityState: ActiveState;
  runs: number;
}

export function countActive(sql: Sql | Tx, filter: OpenRunFilter, rules: ActivityRules) {
  return sql<ActiveCount[]>`
    SELECT env, activity_state AS "activityState", count(*) AS runs
    FROM ${judgedRuns(sql, filter, rules)} judged
    GROUP BY env, activity_state`;
}
