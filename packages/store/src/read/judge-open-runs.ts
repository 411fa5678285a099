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
import { scopeConditions, type ReadScope } from './scope.ts';

/** What a run does: runs, waits for its time, is late, or gives reason to believe that nothing comes any more. */
export type ActiveState = 'active' | 'scheduled' | 'overdue' | 'stuck';

/** The newest so many open runs are looked at. */
export const JUDGED_AT_MOST = 50_000;

/** How long runs and steps of a name take, of which there are enough to tell. Parallel lists. */
export interface Expectations {
  envs: readonly string[];
  services: readonly string[];
  names: readonly string[];
  /** '' for the workflow itself. */
  steps: readonly string[];
  /** 99 of 100 that completed took no longer, milliseconds. */
  p99Ms: readonly number[];
}

export interface ActivityRules {
  expectations: Expectations;
  /** A run is overdue when its time has passed for longer than this, and stuck for longer than the second; milliseconds. */
  overdueAfterMs: number;
  stuckAfterMs: number;
  /** No silence shorter than this makes a running one stuck, whatever is usual; milliseconds. */
  silenceMs: number;
}

export interface OpenRunFilter {
  scope: ReadScope;
  /** Any of these; empty: no limit. As all lists here. */
  envs: readonly string[];
  services: readonly string[];
  names: readonly string[];
}

/**
 * A subquery: id, env, service_key, sort_at, status, pause_reason, resume_at, activity_state, silent_ms, p99_ms, of_step.
 * `p99_ms` is what the silence of a running run is measured by: that of the step under way, else (null `of_step`) of the
 * workflow; null: too few completed to tell.
 */
export function judgedRuns(sql: Sql | Tx, filter: OpenRunFilter, rules: ActivityRules): Fragment {
  const { expectations: known, overdueAfterMs, stuckAfterMs, silenceMs } = rules;
  const anyOf = (column: Fragment, values: readonly string[]) =>
    values.length === 0 ? sql`` : sql`AND ${column} = ANY(${[...values]}::text[])`;
  return sql`(
    WITH expected AS MATERIALIZED (
      SELECT * FROM unnest(${[...known.envs]}::text[], ${[...known.services]}::text[], ${[...known.names]}::text[],
        ${[...known.steps]}::text[], ${known.p99Ms.map(String)}::text[]::bigint[])
        AS e(env, service_key, workflow_name, step_name, p99_ms)
    ), open_runs AS MATERIALIZED (
      SELECT id, env, service_key, workflow_name, sort_at, status, pause_reason, resume_at, current_step,
        greatest(0, floor(extract(epoch FROM now() - last_event_at) * 1000))::bigint AS silent_ms,
        floor(extract(epoch FROM now() - resume_at) * 1000)::bigint AS late_ms
      FROM workflows
      WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest
        AND status IN ('running', 'paused')
        ${scopeConditions(sql, filter.scope)}
        ${anyOf(sql`env`, filter.envs)} ${anyOf(sql`service_key`, filter.services)} ${anyOf(sql`workflow_name`, filter.names)}
      ORDER BY sort_at DESC
      LIMIT ${JUDGED_AT_MOST}
    )
    SELECT r.id, r.env, r.service_key, r.sort_at, r.status, r.pause_reason, r.resume_at, r.silent_ms,
      coalesce(step.p99_ms, whole.p99_ms) AS p99_ms, step.step_name AS of_step,
      CASE
        WHEN r.status = 'paused' AND r.late_ms > ${stuckAfterMs}::bigint THEN 'stuck'
        WHEN r.status = 'paused' AND r.late_ms > ${overdueAfterMs}::bigint THEN 'overdue'
        WHEN r.status = 'paused' THEN 'scheduled'
        WHEN r.silent_ms > greatest(coalesce(step.p99_ms, whole.p99_ms), ${silenceMs}::bigint)
          AND coalesce(step.p99_ms, whole.p99_ms) IS NOT NULL THEN 'stuck'
        ELSE 'active'
      END AS activity_state
    FROM open_runs r
    LEFT JOIN expected step ON step.env = r.env AND step.service_key = r.service_key
      AND step.workflow_name = r.workflow_name AND step.step_name = r.current_step
    LEFT JOIN expected whole ON whole.env = r.env AND whole.service_key = r.service_key
      AND whole.workflow_name = r.workflow_name AND whole.step_name = ''
  )`;
}
