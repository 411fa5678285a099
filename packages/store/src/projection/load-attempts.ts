/**
 * Reads the attempts that a continuing fold needs, of several runs at once: those named, the current attempt of every named
 * step (retry.exhausted says the step but not the attempt), and the open ones where the run has too many to name.
 *
 * Look-ups in the unique index (env, service_key, workflow_id, run, step_name, attempt_number), for a named step also one
 * in workflow_steps. Only for runs with hundreds of open attempts a range of it, which grows with the run.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { attemptColumns, selectList } from './columns.ts';
import type { AttemptRecord } from './stored-rows.ts';
import { runArrays } from './workflow-keys.ts';

const OF_RUN = `
  ON a.env = k.env AND a.service_key = k.service_key AND a.workflow_id = k.workflow_id AND a.run = k.run`;

const LOAD_NAMED_ATTEMPTS = `
SELECT ${selectList(attemptColumns, 'a')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::integer[])
  AS k(env, service_key, workflow_id, run, step_name, attempt_number)
JOIN step_attempts a ${OF_RUN} AND a.step_name = k.step_name AND a.attempt_number = k.attempt_number`;

const LOAD_CURRENT_ATTEMPTS = `
SELECT ${selectList(attemptColumns, 'a')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[])
  AS k(env, service_key, workflow_id, run, step_name)
JOIN workflow_steps s
  ON s.env = k.env AND s.service_key = k.service_key AND s.workflow_id = k.workflow_id AND s.run = k.run
  AND s.step_name = k.step_name
JOIN step_attempts a ${OF_RUN} AND a.step_name = k.step_name AND a.attempt_number = s.current_attempt`;

const LOAD_OPEN_ATTEMPTS = `
SELECT ${selectList(attemptColumns, 'a')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS k(env, service_key, workflow_id, run)
JOIN step_attempts a ${OF_RUN} AND a.result = 'running'`;

export interface AttemptsWanted extends WorkflowKey {
  run: number;
  allOpen: boolean;
  stepNames: readonly string[];
  attempts: readonly { stepName: string; attemptNumber: number }[];
}

/** @returns each attempt once or more often */
export async function loadAttempts(tx: Tx, wanted: readonly AttemptsWanted[]): Promise<AttemptRecord[]> {
  const named = wanted.flatMap((run) => run.attempts.map((attempt) => ({ ...run, ...attempt })));
  const ofSteps = wanted.flatMap((run) => run.stepNames.map((stepName) => ({ ...run, stepName })));
  const open = wanted.filter(({ allOpen }) => allOpen);
  const read = async (
    statement: string,
    runs: readonly AttemptsWanted[],
    ...more: (string[] | number[])[]
  ): Promise<AttemptRecord[]> =>
    runs.length === 0 ? [] : tx.unsafe<AttemptRecord[]>(statement, [...runArrays(runs), ...more], { prepare: true });
  const names = named.map(({ stepName }) => stepName);
  const numbers = named.map(({ attemptNumber }) => attemptNumber);
  const stepNames = ofSteps.map(({ stepName }) => stepName);
  const found = await Promise.all([
    read(LOAD_NAMED_ATTEMPTS, named, names, numbers),
    read(LOAD_CURRENT_ATTEMPTS, ofSteps, stepNames),
    read(LOAD_OPEN_ATTEMPTS, open),
  ]);
  return found.flat();
}
