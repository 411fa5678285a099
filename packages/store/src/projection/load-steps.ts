/**
 * Reads the steps that a continuing fold needs, of several runs at once: those named; all where a terminal comes; those
 * with an open attempt where the run has too many to name.
 *
 * A look-up in the unique index (env, service_key, workflow_id, run, step_name) for each name. Only for a terminal, and for
 * runs with hundreds of open attempts, a range of it, and one of the attempts': those grow with the run. Results are not
 * read.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { selectList, stepColumns } from './columns.ts';
import type { StepRecord } from './stored-rows.ts';
import { runArrays } from './workflow-keys.ts';

const OF_RUN = `
  ON s.env = k.env AND s.service_key = k.service_key AND s.workflow_id = k.workflow_id AND s.run = k.run`;

const LOAD_NAMED_STEPS = `
SELECT ${selectList(stepColumns, 's')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[])
  AS k(env, service_key, workflow_id, run, step_name)
JOIN workflow_steps s ${OF_RUN} AND s.step_name = k.step_name`;

const LOAD_ALL_STEPS = `
SELECT ${selectList(stepColumns, 's')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS k(env, service_key, workflow_id, run)
JOIN workflow_steps s ${OF_RUN}`;

const LOAD_STEPS_WITH_OPEN_ATTEMPT = `
SELECT ${selectList(stepColumns, 's')}
FROM (
  SELECT DISTINCT k.*, a.step_name
  FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS k(env, service_key, workflow_id, run)
  JOIN step_attempts a
    ON a.env = k.env AND a.service_key = k.service_key AND a.workflow_id = k.workflow_id AND a.run = k.run
  WHERE a.result = 'running'
) k
JOIN workflow_steps s ${OF_RUN} AND s.step_name = k.step_name`;

export interface StepsWanted extends WorkflowKey {
  run: number;
  allSteps: boolean;
  allOpen: boolean;
  stepNames: readonly string[];
}

/** @returns each step once or more often */
export async function loadSteps(tx: Tx, wanted: readonly StepsWanted[]): Promise<StepRecord[]> {
  const whole = wanted.filter(({ allSteps }) => allSteps);
  const open = wanted.filter(({ allSteps, allOpen }) => allOpen && !allSteps);
  const named = wanted
    .filter(({ allSteps }) => !allSteps)
    .flatMap((run) => run.stepNames.map((stepName) => ({ ...run, stepName })));
  const read = async (statement: string, runs: readonly StepsWanted[], ...more: string[][]): Promise<StepRecord[]> =>
    runs.length === 0 ? [] : tx.unsafe<StepRecord[]>(statement, [...runArrays(runs), ...more], { prepare: true });
  const names = named.map(({ stepName }) => stepName);
  const found = await Promise.all([
    read(LOAD_NAMED_STEPS, named, names),
    read(LOAD_ALL_STEPS, whole),
    read(LOAD_STEPS_WITH_OPEN_ATTEMPT, open),
  ]);
  return found.flat();
}
