/**
 * Takes the advisory lock of one workflow, waiting for whoever holds it, at most `timeoutMs`.
 *
 * Two statements at the start of a transaction: the first bounds the wait, the second waits. Both run before anything
 * is read, so that the reads see what the previous holder committed. No table is read.
 *
 * @throws PostgresError 55P03 when the wait ends without the lock: nothing is lost, the events stay pending.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { lockHash } from './workflow-keys.ts';

const LOCK = `
SELECT pg_advisory_xact_lock(${lockHash('k')})
FROM (SELECT $1::text AS env, $2::text AS service_key, $3::text AS workflow_id) k`;

export async function lockWorkflow(tx: Tx, key: WorkflowKey, timeoutMs: number): Promise<void> {
  await tx.unsafe(`SELECT set_config('lock_timeout', $1, true)`, [`${timeoutMs}ms`], { prepare: true });
  await tx.unsafe(LOCK, [key.env, key.serviceKey, key.workflowId], { prepare: true });
}
