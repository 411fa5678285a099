/**
 * Compares the values that SQL copies from the log (inputs, outputs, results) with the events that the fold takes them
 * from, for one workflow, without reading them into memory. Rows that are missing or too many are not looked at.
 *
 * Lookups by the unique indexes of `workflows` and `workflow_steps`, and in the log by primary key for each value. Grows
 * with the runs and steps of the workflow.
 */
import type { Position } from '@wm/events';
import type { RunState, WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export interface ValueDifference {
  id: string;
  run: number;
  kind: 'workflow' | 'step';
  name: string;
  field: 'input' | 'output' | 'result';
}

/** @param folded every run, as the log says it is */
export async function compareValues(
  tx: Tx,
  { env, serviceKey, workflowId }: WorkflowKey,
  folded: readonly RunState[],
): Promise<ValueDifference[]> {
  const runs = folded.map(({ row: { run, foldState } }) => ({
    run,
    ...eventAt('input', foldState.inputEvent),
    ...eventAt('output', foldState.outputEvent),
  }));
  const steps = folded.flatMap((one) =>
    [...one.steps.values()].map(({ stepName, resultEventId, completedAt }) => ({
      run: one.row.run,
      name: stepName,
      ...(resultEventId !== null && completedAt !== null && eventAt('result', { id: resultEventId, at: completedAt })),
    })),
  );
  return tx<ValueDifference[]>`
    WITH runs AS (
      SELECT w.id, w.run, w.input, w.output, i.payload AS input_payload, o.payload AS output_payload
      FROM jsonb_to_recordset(${JSON.stringify(runs)}::text::jsonb)
        AS f(run integer, input_id uuid, input_at timestamptz, output_id uuid, output_at timestamptz)
      JOIN workflows w
        ON w.env = ${env} AND w.service_key = ${serviceKey} AND w.workflow_id = ${workflowId} AND w.run = f.run
      LEFT JOIN workflow_events i ON i.id = f.input_id AND i.event_timestamp = f.input_at
      LEFT JOIN workflow_events o ON o.id = f.output_id AND o.event_timestamp = f.output_at
    )
    SELECT id, run, 'workflow' AS kind, '' AS name, 'input' AS field FROM runs
    WHERE input IS DISTINCT FROM input_payload -> 'input'
    UNION ALL
    SELECT id, run, 'workflow', '', 'output' FROM runs
    WHERE output IS DISTINCT FROM
      CASE WHEN output_payload ? 'output' THEN output_payload -> 'output' ELSE output_payload -> 'result' END
    UNION ALL
    SELECT s.id, s.run, 'step', s.step_name, 'result'
    FROM jsonb_to_recordset(${JSON.stringify(steps)}::text::jsonb)
      AS f(run integer, name text, result_id uuid, result_at timestamptz)
    JOIN workflow_steps s
      ON s.env = ${env} AND s.service_key = ${serviceKey} AND s.workflow_id = ${workflowId} AND s.run = f.run
         AND s.step_name = f.name
    LEFT JOIN workflow_events e ON e.id = f.result_id AND e.event_timestamp = f.result_at
    WHERE s.result IS DISTINCT FROM e.payload -> 'result'`;
}

function eventAt(value: 'input' | 'output' | 'result', event: Position | null): Record<string, string> {
  return event === null ? {} : { [`${value}_id`]: event.id, [`${value}_at`]: new Date(event.at).toISOString() };
}
