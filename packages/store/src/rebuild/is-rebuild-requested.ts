/** Whether a workflow is to be folded again anyway. By primary key of rebuild_requests. */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export async function isRebuildRequested(tx: Tx, { env, serviceKey, workflowId }: WorkflowKey): Promise<boolean> {
  const rows = await tx`
    SELECT FROM rebuild_requests WHERE env = ${env} AND service_key = ${serviceKey} AND workflow_id = ${workflowId}`;
  return rows.length > 0;
}
