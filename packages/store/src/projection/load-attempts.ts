/**
 * Reads the attempts that a continuing fold needs, of several runs at once: those named, the open ones, and the current
 * attempt of every named step (retry.exhausted says the step but not the attempt).
 *
 * One range of the unique index (env, service_key, workflow_id, run, step_name, attempt_number) per run, and a lookup in
 * workflow_steps for each attempt of a named step. Grows with the attempts that those runs have.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { attemptColumns, selectList } from './columns.ts';
import type { AttemptRecord } from './stored-rows.ts';

const LOAD_ATTEMPTS = `
SELECT ${selectList(attemptColumns, 'a')}
FROM jsonb_to_recordset($1::text::jsonb) AS k(env text, "serviceKey" text, "workflowId" text, run integer,
                                              "stepNames" text[], attempts jsonb)
JOIN step_attempts a
  ON a.env = k.env AND a.service_key = k."serviceKey" AND a.workflow_id = k."workflowId" AND a.run = k.run
WHERE a.result = 'running'
   OR EXISTS (SELECT FROM jsonb_to_recordset(k.attempts) AS n("stepName" text, "attemptNumber" integer)
              WHERE n."stepName" = a.step_name AND n."attemptNumber" = a.attempt_number)
   OR (a.step_name = ANY (k."stepNames") AND a.attempt_number = (
         SELECT s.current_attempt FROM workflow_steps s
         WHERE s.env = a.env AND s.service_key = a.service_key AND s.workflow_id = a.workflow_id AND s.run = a.run
           AND s.step_name = a.step_name))`;

export interface AttemptsWanted extends WorkflowKey {
  run: number;
  stepNames: readonly string[];
  attempts: readonly { stepName: string; attemptNumber: number }[];
}

export async function loadAttempts(tx: Tx, wanted: readonly AttemptsWanted[]): Promise<AttemptRecord[]> {
  return tx.unsafe<AttemptRecord[]>(LOAD_ATTEMPTS, [JSON.stringify(wanted)], { prepare: true });
}
