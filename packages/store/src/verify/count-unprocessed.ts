/** Counts the events of one workflow that wait to be folded. One range of the primary key of pending_events. */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export async function countUnprocessed(tx: Tx, { env, serviceKey, workflowId }: WorkflowKey): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    SELECT count(*) AS count FROM pending_events
    WHERE env = ${env} AND service_key = ${serviceKey} AND workflow_id = ${workflowId}`;
  return row?.count ?? 0;
}
