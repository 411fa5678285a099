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

/**
 * How long runs and steps of a name take, of which there are enough to tell: 99 of 100 that completed took no longer,
 * milliseconds. By expectationKey.
 */
export type Expectations = Readonly<Record<string, number>>;

const SEPARATOR = '\u0001';

/** @param stepName '' for the workflow itself */
export function expectationKey(env: string, serviceKey: string, workflowName: string, stepName: string): string {
  return [env, serviceKey, workflowName, stepName].join(SEPARATOR);
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
 * A subquery: id, env, sort_at, status, activity_state, silent_ms, late_ms, p99_ms, of_step. `p99_ms` is what the silence of a running run is measured by: that of the step under way, else (null `of_step`) of the
 * workflow; null: too few completed to tell.
 */
export function judgedRuns(sql: Sql | Tx, filter: OpenRunFilter, rules: ActivityRules): Fragment {
  const { expectations, overdueAfterMs, stuckAfterMs, silenceMs } = rules;
  const anyOf = (column: Fragment, values: readonly string[]) =>
    values.length === 0 ? sql`` : sql`AND ${column} = ANY(${[...values]}::text[])`;
  // A look into one object for each run: joined with a list, the planner compares every run with every name.
  const expected = (step: Fragment) =>
    sql`(known.p99_ms ->> concat_ws(${SEPARATOR}, r.env, r.service_key, r.workflow_name, ${step}))::bigint`;
  return sql`(
    SELECT j.*,
      CASE
        WHEN status = 'paused' AND late_ms > ${stuckAfterMs}::bigint THEN 'stuck'
        WHEN status = 'paused' AND late_ms > ${overdueAfterMs}::bigint THEN 'overdue'
        WHEN status = 'paused' THEN 'scheduled'
        WHEN p99_ms IS NOT NULL AND silent_ms > greatest(p99_ms, ${silenceMs}::bigint) THEN 'stuck'
        ELSE 'active'
      END AS activity_state
    FROM (
      SELECT r.id, r.env, r.sort_at, r.status, r.silent_ms, r.late_ms,
        coalesce(e.of_step_ms, ${expected(sql`''`)}) AS p99_ms,
        CASE WHEN e.of_step_ms IS NOT NULL THEN r.current_step END AS of_step
      FROM (
        SELECT id, env, service_key, workflow_name, sort_at, status, current_step,
          greatest(0, floor(extract(epoch FROM now() - last_event_at) * 1000))::bigint AS silent_ms,
          floor(extract(epoch FROM now() - resume_at) * 1000)::bigint AS late_ms
        FROM workflows
        WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest
          AND status IN ('running', 'paused')
          ${scopeConditions(sql, filter.scope)}
          ${anyOf(sql`env`, filter.envs)} ${anyOf(sql`service_key`, filter.services)} ${anyOf(sql`workflow_name`, filter.names)}
        ORDER BY sort_at DESC
        LIMIT ${JUDGED_AT_MOST}
      ) r
      CROSS JOIN (SELECT ${JSON.stringify(expectations)}::text::jsonb AS p99_ms OFFSET 0) known
      CROSS JOIN LATERAL (SELECT ${expected(sql`r.current_step`)} AS of_step_ms WHERE r.current_step IS NOT NULL
        UNION ALL SELECT NULL WHERE r.current_step IS NULL) e
    ) j
  )`;
}
