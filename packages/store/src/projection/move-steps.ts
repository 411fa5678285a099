/**
 * Moves steps of one run to other places in the order of execution: a step that turns up late moves all behind it by one,
 * and of those rows nothing else changes. What moves is told by ranges of the places they had.
 *
 * One range of the unique index (env, service_key, workflow_id, run, step_name). Grows with the steps of the run.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

const SHIFT = `coalesce(($6::integer[])[width_bucket(s.execution_order, $5::integer[])], 0)`;

const MOVE_STEPS = `
UPDATE workflow_steps s
SET execution_order = s.execution_order + ${SHIFT}, updated_at = now()
WHERE s.env = $1 AND s.service_key = $2 AND s.workflow_id = $3 AND s.run = $4 AND ${SHIFT} <> 0`;

export interface MovedSteps {
  key: WorkflowKey;
  run: number;
  /** From each of these places on, up to the next one, a place grows by so much. Rising, at least one. */
  from: number[];
  by: number[];
}

export async function moveSteps(tx: Tx, moved: readonly MovedSteps[]): Promise<void> {
  await Promise.all(
    moved.map(({ key: { env, serviceKey, workflowId }, run, from, by }) =>
      tx.unsafe(MOVE_STEPS, [env, serviceKey, workflowId, run, from, by], { prepare: true }),
    ),
  );
}
