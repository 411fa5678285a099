/** What a run that is under way is doing, said in SQL once for all questions that judge by it. */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';

/** What a run does: runs, waits for its time, is late, or gives reason to believe that nothing comes any more. */
export type ActiveState = 'active' | 'scheduled' | 'overdue' | 'stuck';

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

/** What is expected of the rows of a table or alias; null: too few completed to tell. @param known the expectations as jsonb */
export function expectedMs(sql: Sql | Tx, of: Fragment, known: Fragment, step: Fragment): Fragment {
  return sql`(${known} ->> concat_ws(${SEPARATOR}, ${of}.env, ${of}.service_key, ${of}.workflow_name, ${step}))::bigint`;
}

/** Since its newest event, milliseconds. */
export function silentMs(sql: Sql | Tx, of: Fragment): Fragment {
  return sql`greatest(0, floor(extract(epoch FROM now() - ${of}.last_event_at) * 1000))::bigint`;
}

/** Since its time has come, milliseconds; below zero until then. */
export function lateMs(sql: Sql | Tx, of: Fragment): Fragment {
  return sql`floor(extract(epoch FROM now() - ${of}.resume_at) * 1000)::bigint`;
}

/** Of a run that is paused or running. */
export function activityCase(
  sql: Sql | Tx,
  { status, late, silent, p99 }: Record<'status' | 'late' | 'silent' | 'p99', Fragment>,
  { overdueAfterMs, stuckAfterMs, silenceMs }: ActivityRules,
): Fragment {
  return sql`CASE
    WHEN ${status} = 'paused' AND ${late} > ${stuckAfterMs}::bigint THEN 'stuck'
    WHEN ${status} = 'paused' AND ${late} > ${overdueAfterMs}::bigint THEN 'overdue'
    WHEN ${status} = 'paused' THEN 'scheduled'
    WHEN ${silent} > greatest(${p99}, ${silenceMs}::bigint) AND ${p99} IS NOT NULL THEN 'stuck'
    ELSE 'active'
  END`;
}

/**
 * Whether a row of `workflows` is under way and in one of these states. The expectations are read once for the statement:
 * as a plain value they would be parsed for every row that is walked over.
 */
export function isInState(sql: Sql | Tx, states: readonly ActiveState[], rules: ActivityRules): Fragment {
  const of = sql`workflows`;
  const known = sql`(SELECT ${JSON.stringify(rules.expectations)}::text::jsonb)`;
  const ofStep = sql`CASE WHEN workflows.current_step IS NOT NULL THEN ${expectedMs(sql, of, known, sql`workflows.current_step`)} END`;
  const state = activityCase(
    sql,
    {
      status: sql`workflows.status`,
      late: lateMs(sql, of),
      silent: silentMs(sql, of),
      p99: sql`coalesce(${ofStep}, ${expectedMs(sql, of, known, sql`''`)})`,
    },
    rules,
  );
  return sql`(workflows.status IN ('running', 'paused') AND NOT 'end' = ANY (workflows.gaps)
    AND (${state}) = ANY(${[...states]}::text[]))`;
}
