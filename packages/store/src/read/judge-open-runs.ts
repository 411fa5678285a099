/**
 * What every run that is running or paused is doing, and whether that is as expected: the rows that the questions about
 * active runs pick from or count.
 *
 * Reads: workflows that are open, from the table.
 * Index: workflows_open, partial on those.
 * Growth: with the open runs, up to JUDGED_AT_MOST; not with what is stored.
 */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';
import { anyOf } from './any-of.ts';
import { activityCase, expectedMs, lateMs, silentMs, type ActivityRules } from './activity.ts';
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

/**
 * A subquery: id, env, sort_at, status, activity_state, silent_ms, late_ms, p99_ms, of_step. `p99_ms` is what the silence
 * of a running run is measured by: that of the step under way, else (null `of_step`) of the workflow; null: too few
 * completed to tell.
 */
export function judgedRuns(sql: Sql | Tx, filter: OpenRunFilter, rules: ActivityRules): Fragment {
  // A look into one object for each run: joined with a list, the planner compares every run with every name. Not in a lateral
  // join: the planner remembers its answers by the whole object, which took 44 µs a run.
  const expected = (step: Fragment) => expectedMs(sql, sql`r`, sql`known.p99_ms`, step);
  const judged = { status: sql`status`, late: sql`late_ms`, silent: sql`silent_ms`, p99: sql`p99_ms` };
  return sql`(
    SELECT j.*, ${activityCase(sql, judged, rules)} AS activity_state
    FROM (
      SELECT id, env, sort_at, status, silent_ms, late_ms, coalesce(of_step_ms, of_workflow_ms) AS p99_ms,
        CASE WHEN of_step_ms IS NOT NULL THEN current_step END AS of_step
      FROM (
        SELECT r.*, ${expected(sql`''`)} AS of_workflow_ms,
          CASE WHEN r.current_step IS NOT NULL THEN ${expected(sql`r.current_step`)} END AS of_step_ms
        FROM (
          SELECT id, env, service_key, workflow_name, sort_at, status, current_step,
            ${silentMs(sql, sql`workflows`)} AS silent_ms, ${lateMs(sql, sql`workflows`)} AS late_ms
          FROM workflows
          WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest
            AND status IN ('running', 'paused')
            ${scopeConditions(sql, filter.scope)}
            ${anyOf(sql, sql`env`, filter.envs)} ${anyOf(sql, sql`service_key`, filter.services)} ${anyOf(sql, sql`workflow_name`, filter.names)}
          ORDER BY sort_at DESC
          LIMIT ${JUDGED_AT_MOST}
        ) r
        CROSS JOIN (SELECT ${JSON.stringify(rules.expectations)}::text::jsonb AS p99_ms OFFSET 0) known
      ) looked_up
    ) j
  )`;
}
