/**
 * Reads the latest run of each of several workflows: the state that a fold continues from.
 *
 * One lookup per key at the high end of the unique index (env, service_key, workflow_id, run). Grows with the number of
 * keys, not with the number of runs. Inputs and outputs are not read.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { selectList, workflowColumns } from './columns.ts';
import { toStoredRun } from './stored-rows.ts';
import type { StoredRun, WorkflowRecord } from './stored-rows.ts';
import { keyArrays } from './workflow-keys.ts';

const READ_LATEST_RUNS = `
SELECT ${selectList(workflowColumns, 'w')}
FROM unnest($1::text[], $2::text[], $3::text[]) AS k(env, service_key, workflow_id)
CROSS JOIN LATERAL (
  SELECT * FROM workflows w
  WHERE w.env = k.env AND w.service_key = k.service_key AND w.workflow_id = k.workflow_id
  ORDER BY w.env DESC, w.service_key DESC, w.workflow_id DESC, w.run DESC
  LIMIT 1
) w`;

export async function readLatestRuns(tx: Tx, keys: readonly WorkflowKey[]): Promise<StoredRun[]> {
  const rows = await tx.unsafe<WorkflowRecord[]>(READ_LATEST_RUNS, keyArrays(keys), { prepare: true });
  return rows.map(toStoredRun);
}
