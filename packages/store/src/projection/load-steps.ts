/**
 * Reads the steps that a continuing fold needs, of several runs at once: those named, the unfinished ones, and those
 * with an open attempt (a step can have failed by one attempt while another of it is open).
 *
 * One range of the unique index (env, service_key, workflow_id, run, step_name) per run, and one of the attempts' unique
 * index. Grows with the steps and attempts that those runs have. Results are not read.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { selectList, stepColumns } from './columns.ts';
import type { StepRecord } from './stored-rows.ts';

const LOAD_STEPS = `
SELECT ${selectList(stepColumns, 's')}
FROM jsonb_to_recordset($1::text::jsonb) AS k(env text, "serviceKey" text, "workflowId" text, run integer,
                                              "allSteps" boolean, "stepNames" text[])
CROSS JOIN LATERAL (
  SELECT array_agg(a.step_name) AS names
  FROM step_attempts a
  WHERE a.env = k.env AND a.service_key = k."serviceKey" AND a.workflow_id = k."workflowId" AND a.run = k.run
    AND a.result = 'running'
) open
JOIN workflow_steps s
  ON s.env = k.env AND s.service_key = k."serviceKey" AND s.workflow_id = k."workflowId" AND s.run = k.run
WHERE k."allSteps" OR s.step_name = ANY (k."stepNames") OR s.status IN ('pending', 'running', 'retrying')
   OR s.step_name = ANY (open.names)`;

export interface StepsWanted extends WorkflowKey {
  run: number;
  allSteps: boolean;
  stepNames: readonly string[];
}

export async function loadSteps(tx: Tx, wanted: readonly StepsWanted[]): Promise<StepRecord[]> {
  return tx.unsafe<StepRecord[]>(LOAD_STEPS, [JSON.stringify(wanted)], { prepare: true });
}
