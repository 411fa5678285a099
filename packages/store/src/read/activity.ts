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

/** Since its newest event, milliseconds. */
export function silentMs(sql: Sql | Tx, of: Fragment): Fragment {
  return sql`greatest(0, floor(extract(epoch FROM now() - ${of}.last_event_at) * 1000))::bigint`;
}

/**
 * What a row is doing that is paused: of a table or alias with resume_at. As below in terms of the row's own times, compared with
 * instants that are reckoned once: in numbers of milliseconds for each row it took 1.2 µs a run.
 */
export function pausedState(sql: Sql | Tx, of: Fragment, { overdueAfterMs, stuckAfterMs }: ActivityRules): Fragment {
  return sql`CASE
    WHEN ${of}.resume_at <= ${longerAgoThan(sql, stuckAfterMs)} THEN 'stuck'
    WHEN ${of}.resume_at <= ${longerAgoThan(sql, overdueAfterMs)} THEN 'overdue'
    ELSE 'scheduled'
  END`;
}

/**
 * What a row is doing that is running: of a table or alias with last_event_at.
 *
 * @param p99 what is expected of it (see expectedOfRun), looked up for those only that are silent for long enough: 300 of 370
 */
export function runningState(sql: Sql | Tx, of: Fragment, p99: Fragment, { silenceMs }: ActivityRules): Fragment {
  return sql`CASE
    WHEN ${of}.last_event_at <= ${longerAgoThan(sql, silenceMs)} AND ${silentMs(sql, of)} > ${p99} THEN 'stuck'
    ELSE 'active'
  END`;
}

/** More than so many whole milliseconds ago. */
function longerAgoThan(sql: Sql | Tx, ms: number): Fragment {
  return sql`(SELECT now() - ${ms + 1}::float8 * interval '1 millisecond')`;
}

/** One row with the column p99_ms: to be a FROM item. 1,300 expectations are 110 kB, so once in a statement is enough. */
export function knownExpectations(sql: Sql | Tx, { expectations }: ActivityRules): Fragment {
  return sql`SELECT ${JSON.stringify(expectations)}::text::jsonb AS p99_ms OFFSET 0`;
}

/**
 * What the silence of a row of `of` is measured by, milliseconds: that of the step under way, else of the workflow; null: too
 * few of either completed to tell. A scalar subquery, so that it is asked for the rows only that come so far.
 *
 * @param known a FROM item, as knownExpectations
 */
export function expectedOfRun(sql: Sql | Tx, of: Fragment, known: Fragment): Fragment {
  return sql`(SELECT coalesce(${lookUp(sql, of, sql`${of}.current_step`)}, ${lookUp(sql, of, sql`''`)}) FROM ${known} known)`;
}

/** Whether that is of the step. */
export function isExpectedOfStep(sql: Sql | Tx, of: Fragment, known: Fragment): Fragment {
  return sql`(SELECT ${lookUp(sql, of, sql`${of}.current_step`)} IS NOT NULL FROM ${known} known)`;
}

/** @param step as in expectationKey; null: no step is under way, so nothing is expected of it */
function lookUp(sql: Sql | Tx, of: Fragment, step: Fragment): Fragment {
  const parts = [sql`${of}.env`, sql`${of}.service_key`, sql`${of}.workflow_name`, step];
  const key = parts.reduce((whole, part) => sql`${whole} || ${SEPARATOR} || ${part}`);
  return sql`(known.p99_ms ->> (${key}))::bigint`;
}

/** Whether a row of `workflows` is under way and in one of these states. */
export function isInState(sql: Sql | Tx, states: readonly ActiveState[], rules: ActivityRules): Fragment {
  const of = sql`workflows`;
  const p99 = expectedOfRun(sql, of, sql`(${knownExpectations(sql, rules)})`);
  const state = sql`CASE workflows.status
    WHEN 'paused' THEN ${pausedState(sql, of, rules)}
    ELSE ${runningState(sql, of, p99, rules)}
  END`;
  return sql`(workflows.status IN ('running', 'paused') AND NOT 'end' = ANY (workflows.gaps)
    AND (${state}) = ANY(${[...states]}::text[]))`;
}
