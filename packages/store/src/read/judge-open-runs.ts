/**
 * What every run that is running or paused is doing, and whether that is as expected: the rows that the questions about
 * active runs pick from or count.
 *
 * Reads: of the paused, which are most, the index alone; of the running their rows.
 * Index: workflows_open, partial on runs that are not over, which knows when the paused are due.
 * Growth: with the open runs, up to JUDGED_AT_MOST; not with what is stored.
 */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';
import { anyOf } from './any-of.ts';
import { expectedOfRun, pausedState, runningState, type ActivityRules } from './activity.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

/** The newest so many open runs are looked at. */
export const JUDGED_AT_MOST = 50_000;

export interface OpenRunFilter {
  scope: ReadScope;
  /** Any of these; empty: no limit. As all lists here. */
  envs: readonly string[];
  services: readonly string[];
  names: readonly string[];
}

/** A subquery: id, env, sort_at, activity_state. @param known a FROM item, as knownExpectations */
export function judgedRuns(sql: Sql | Tx, filter: OpenRunFilter, rules: ActivityRules, known: Fragment): Fragment {
  const of = sql`workflows`;
  // A look into one object for each run that is silent: joined with a list, the planner compares every run with every name. Not
  // in a lateral join: the planner remembers its answers by the whole object, which took 44 µs a run.
  const running = runningState(sql, of, expectedOfRun(sql, of, known), rules);
  return sql`(
    ${openRuns(sql, filter, sql`'paused'`, pausedState(sql, of, rules))}
    UNION ALL
    ${openRuns(sql, filter, sql`'running'`, running)}
    ORDER BY sort_at DESC
    LIMIT ${JUDGED_AT_MOST}
  )`;
}

/** Judged before they are sorted, so that what is sorted is small: 4.8 instead of 6.2 ms for 4,400. */
function openRuns(sql: Sql | Tx, { scope, envs, services, names }: OpenRunFilter, status: Fragment, state: Fragment) {
  return sql`(
    SELECT id, env, sort_at, ${state} AS activity_state
    FROM workflows
    WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest AND status = ${status}
      ${scopeConditions(sql, scope)}
      ${anyOf(sql, sql`env`, envs)} ${anyOf(sql, sql`service_key`, services)} ${anyOf(sql, sql`workflow_name`, names)}
    OFFSET 0
  )`;
}
