/**
 * Reads runs of one workflow from a given run number on, oldest first.
 *
 * One range of the unique index (env, service_key, workflow_id, run); grows with the runs it returns. Inputs and outputs
 * are not read.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { selectList, workflowColumns } from './columns.ts';
import { toStoredRun } from './stored-rows.ts';
import type { StoredRun, WorkflowRecord } from './stored-rows.ts';

const READ_RUNS = `
SELECT ${selectList(workflowColumns, 'w')}
FROM workflows w
WHERE w.env = $1 AND w.service_key = $2 AND w.workflow_id = $3 AND w.run >= $4
ORDER BY w.run`;

export async function readRuns(tx: Tx, key: WorkflowKey, fromRun: number): Promise<StoredRun[]> {
  const parameters = [key.env, key.serviceKey, key.workflowId, fromRun];
  const rows = await tx.unsafe<WorkflowRecord[]>(READ_RUNS, parameters, { prepare: true });
  return rows.map(toStoredRun);
}
