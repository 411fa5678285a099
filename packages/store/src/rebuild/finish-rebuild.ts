/** Takes a workflow off the list of those to be folded again. By primary key. */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

const FINISH = `DELETE FROM rebuild_requests WHERE env = $1 AND service_key = $2 AND workflow_id = $3`;

export async function finishRebuild(tx: Tx, { env, serviceKey, workflowId }: WorkflowKey): Promise<void> {
  await tx.unsafe(FINISH, [env, serviceKey, workflowId], { prepare: true });
}
