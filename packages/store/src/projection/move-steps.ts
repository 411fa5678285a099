/**
 * Moves steps of one run to other places in the orders of first sight and of completion: a late event moves all behind it
 * by one, and of those rows nothing else changes. What moves is told by ranges of the places they had.
 *
 * One range of the unique index (env, service_key, workflow_id, run, step_name). Grows with the steps of the run.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

const shift = (column: string, bounds: string, by: string): string =>
  `coalesce((${by}::integer[])[width_bucket(s.${column}, ${bounds}::integer[])], 0)`;

const EXECUTION = shift('execution_order', '$5', '$6');
const COMPLETION = shift('completion_order', '$7', '$8');

const MOVE_STEPS = `
UPDATE workflow_steps s
SET execution_order = s.execution_order + ${EXECUTION}, completion_order = s.completion_order + ${COMPLETION},
    updated_at = now()
WHERE s.env = $1 AND s.service_key = $2 AND s.workflow_id = $3 AND s.run = $4
  AND (${EXECUTION} <> 0 OR ${COMPLETION} <> 0)`;

/** From each bound on, up to the next one, a place grows by so much. */
export interface Shift {
  /** Rising. */
  bounds: number[];
  by: number[];
}

export interface MovedSteps {
  key: WorkflowKey;
  run: number;
  execution: Shift;
  completion: Shift;
}

export async function moveSteps(tx: Tx, moved: readonly MovedSteps[]): Promise<void> {
  await Promise.all(
    moved.map(({ key, run, execution, completion }) =>
      tx.unsafe(
        MOVE_STEPS,
        [
          key.env,
          key.serviceKey,
          key.workflowId,
          run,
          execution.bounds.length === 0 ? [0] : execution.bounds,
          execution.by,
          completion.bounds.length === 0 ? [0] : completion.bounds,
          completion.by,
        ],
        { prepare: true },
      ),
    ),
  );
}

/** @param places of the same rows, as they are and as they are to be, in any order */
export function shiftOf(places: readonly { from: number; to: number }[]): Shift {
  const shift: Shift = { bounds: [], by: [] };
  for (const { from, to } of places.toSorted((a, b) => a.from - b.from)) {
    if (to - from === (shift.by.at(-1) ?? 0)) continue;
    shift.bounds.push(from);
    shift.by.push(to - from);
  }
  return shift;
}
