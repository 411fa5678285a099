/**
 * A page of runs that are running or paused, newest first, each with what it is doing and what that is concluded from; and
 * how many there are of each state. One statement, because both come from the same look at all open runs.
 *
 * Reads, index and growth: as judge-open-runs, and the rows of the page by primary key.
 */
import type { Sql, Tx } from '../client.ts';
import {
  expectedOfRun,
  isExpectedOfStep,
  knownExpectations,
  silentMs,
  type ActiveState,
  type ActivityRules,
} from './activity.ts';
import { judgedRuns, type OpenRunFilter } from './judge-open-runs.ts';
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

export interface ActiveCount {
  env: string;
  activityState: ActiveState;
  runs: number;
}

export interface ActiveQuestion {
  filter: OpenRunFilter;
  rules: ActivityRules;
  /** Any of these; empty: all. The counts are of all. */
  states: readonly ActiveState[];
}

/**
 * Up to `limit` rows after `after`, ordered by (sort_at, id), both descending; each with the counts of all. Where no run
 * fits there is one row with the counts alone, of which everything else is null.
 */
export function listActive(
  sql: Sql | Tx,
  { filter, rules, states }: ActiveQuestion,
  after: PagePosition | null,
  limit: number,
) {
  const of = sql`workflows`;
  const known = sql`expected`;
  return sql<((ActiveRun | { id: null }) & { counts: ActiveCount[] })[]>`
    WITH expected AS MATERIALIZED (${knownExpectations(sql, rules)}),
    judged AS MATERIALIZED (SELECT * FROM ${judgedRuns(sql, filter, rules, known)} all_judged), page AS MATERIALIZED (
      SELECT id AS judged_id, sort_at AS judged_sort_at, activity_state
      FROM judged
      WHERE true
        ${states.length === 0 ? sql`` : sql`AND activity_state = ANY(${[...states]}::text[])`}
        ${after === null ? sql`` : sql`AND (sort_at, id) < (${new Date(after.at)}::timestamptz, ${after.id}::uuid)`}
      ORDER BY sort_at DESC, id DESC
      LIMIT ${limit}
    ), counted AS MATERIALIZED (
      SELECT coalesce(jsonb_agg(jsonb_build_object('env', env, 'activityState', activity_state, 'runs', runs)), '[]') AS counts
      FROM (SELECT env, activity_state, count(*) AS runs FROM judged GROUP BY env, activity_state) each
    )
    SELECT counted.counts, ${runSummaryColumns(sql)}, page.activity_state AS "activityState",
      ${silentMs(sql, of)} AS "silentMs", ${expectedOfRun(sql, of, known)} AS "expectedMs",
      CASE WHEN ${isExpectedOfStep(sql, of, known)} THEN current_step END AS "expectedOfStep"
    FROM counted
    LEFT JOIN page ON true
    LEFT JOIN LATERAL (SELECT * FROM workflows WHERE workflows.id = page.judged_id OFFSET 0) workflows ON true
    ORDER BY page.judged_sort_at DESC, page.judged_id DESC`;
}
