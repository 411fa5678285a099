/** Reads the rows of one workflow as the fold writes them, by queries of its own: the store's are what is tested. */
import type { AttemptRow, RunRow, SleepRow, StepRow, WorkflowKey } from '@wm/projection';
import type { Sql } from '@wm/store';
import type { ActualRun } from '../../../../packages/projection/test/captured/compare.ts';

type Row = Record<string, unknown>;

/** @returns every run of the workflow, oldest first; whatever the tables hold, in the shape of the fold */
export async function storedRuns(sql: Sql, { env, serviceKey, workflowId }: WorkflowKey): Promise<ActualRun[]> {
  const mine = sql`env = ${env} AND service_key = ${serviceKey} AND workflow_id = ${workflowId}`;
  const [runs, steps, attempts, sleeps] = await Promise.all([
    sql<Row[]>`SELECT * FROM workflows WHERE ${mine} ORDER BY run`,
    sql<Row[]>`SELECT * FROM workflow_steps WHERE ${mine} ORDER BY run, execution_order`,
    sql<Row[]>`SELECT * FROM step_attempts WHERE ${mine} ORDER BY run, step_name, attempt_number`,
    sql<Row[]>`SELECT * FROM workflow_sleeps WHERE ${mine} ORDER BY run, started_at, start_event_id`,
  ]);
  return runs.map((run) => ({
    row: runRow(run),
    steps: ofRun(steps, run).map((step) => ({
      row: inFields(step) as unknown as StepRow,
      attempts: ofRun(attempts, run)
        .filter((attempt) => attempt['step_name'] === step['step_name'])
        .map((attempt) => inFields(attempt) as unknown as AttemptRow),
    })),
    sleeps: ofRun(sleeps, run).map((sleep) => inFields(sleep) as unknown as SleepRow),
  }));
}

function ofRun(rows: readonly Row[], run: Row): Row[] {
  return rows.filter((row) => row['run'] === run['run']);
}

function runRow(run: Row): RunRow {
  const { firstEventAt, firstEventId, lastEventAt, lastEventId, ...fields } = inFields(run);
  const row = {
    ...fields,
    firstEvent: { at: firstEventAt, id: firstEventId },
    lastEvent: { at: lastEventAt, id: lastEventId },
  };
  return row as unknown as RunRow;
}

/** snake_case to camelCase, timestamptz to milliseconds. */
function inFields(row: Row): Row {
  const fields: Row = {};
  for (const [column, value] of Object.entries(row)) {
    const field = column.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    fields[field] = value instanceof Date ? value.getTime() : value;
  }
  return fields;
}

/** What of a fold is stored, to compare with `storedRuns`: JSON has no undefined, tables have columns of their own. */
export function comparable(run: ActualRun, like: ActualRun = run): unknown {
  return JSON.parse(
    JSON.stringify({
      row: pick(run.row, like.row),
      steps: run.steps.map((step, index) => ({
        row: pick(step.row, like.steps[index]?.row ?? step.row),
        attempts: step.attempts.map((one, at) => pick(one, like.steps[index]?.attempts[at] ?? one)),
      })),
      sleeps: run.sleeps.map((sleep, index) => pick(sleep, like.sleeps[index] ?? sleep)),
    }),
  );
}

/** The fields of a row that the fold has too. */
function pick(row: object, like: object): Row {
  return Object.fromEntries(Object.keys(like).map((field) => [field, (row as Row)[field]]));
}
