/**
 * Compares the values that SQL copies from the log (inputs, outputs, results) with the events they came from, for one
 * workflow, without reading them into memory.
 *
 * Ranges of the unique indexes of `workflows` and `workflow_steps` by workflow, and a lookup in the log by primary key
 * for each value. Grows with the runs and steps of the workflow.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export interface ValueDifference {
  id: string;
  run: number;
  kind: 'workflow' | 'step';
  name: string;
  field: 'input' | 'output' | 'result';
}

export async function compareValues(tx: Tx, { env, serviceKey, workflowId }: WorkflowKey): Promise<ValueDifference[]> {
  return tx<ValueDifference[]>`
    WITH runs AS (
      SELECT w.id, w.run, w.input, w.output, i.payload AS input_payload, o.payload AS output_payload
      FROM workflows w
      LEFT JOIN workflow_events i ON i.id = (w.fold_state #>> '{inputEvent,id}')::uuid
        AND i.event_timestamp = to_timestamp((w.fold_state #>> '{inputEvent,at}')::bigint / 1000)
                            + (w.fold_state #>> '{inputEvent,at}')::bigint % 1000 * interval '1 ms'
      LEFT JOIN workflow_events o ON o.id = (w.fold_state #>> '{outputEvent,id}')::uuid
        AND o.event_timestamp = to_timestamp((w.fold_state #>> '{outputEvent,at}')::bigint / 1000)
                            + (w.fold_state #>> '{outputEvent,at}')::bigint % 1000 * interval '1 ms'
      WHERE w.env = ${env} AND w.service_key = ${serviceKey} AND w.workflow_id = ${workflowId}
    )
    SELECT id, run, 'workflow' AS kind, '' AS name, 'input' AS field FROM runs
    WHERE input IS DISTINCT FROM input_payload -> 'input'
    UNION ALL
    SELECT id, run, 'workflow', '', 'output' FROM runs
    WHERE output IS DISTINCT FROM coalesce(output_payload -> 'output', output_payload -> 'result')
    UNION ALL
    SELECT s.id, s.run, 'step', s.step_name, 'result'
    FROM workflow_steps s
    LEFT JOIN workflow_events e ON e.id = s.result_event_id AND e.event_timestamp = s.completed_at
    WHERE s.env = ${env} AND s.service_key = ${serviceKey} AND s.workflow_id = ${workflowId}
      AND s.result IS DISTINCT FROM e.payload -> 'result'`;
}
