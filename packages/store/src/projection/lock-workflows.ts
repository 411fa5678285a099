/**
 * Takes the advisory locks of several workflows without waiting, for the length of the transaction.
 *
 * It must be the first statement of its transaction: under READ COMMITTED every later statement then sees all that the
 * previous holder committed. Keys without pending events are left out (whoever folded them has committed already).
 * Reads one index entry of pending_events per key (primary key). Grows with the number of keys asked for.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { keyArrays, lockHash } from './workflow-keys.ts';

const TRY_LOCK = `
SELECT k.env, k.service_key AS "serviceKey", k.workflow_id AS "workflowId",
       pg_try_advisory_xact_lock(k.hash) AS "locked"
FROM (
  SELECT DISTINCT k.*, ${lockHash('k')} AS hash
  FROM unnest($1::text[], $2::text[], $3::text[]) AS k(env, service_key, workflow_id)
  WHERE EXISTS (SELECT FROM pending_events p
                WHERE p.env = k.env AND p.service_key = k.service_key AND p.workflow_id = k.workflow_id)
  ORDER BY hash
) k`;

export interface LockOutcome {
  /** Locked by this transaction: drain them. */
  locked: WorkflowKey[];
  /** Held by another transaction: drain each in a transaction of its own that waits. */
  held: WorkflowKey[];
}

export async function tryLockWorkflows(tx: Tx, keys: readonly WorkflowKey[]): Promise<LockOutcome> {
  const outcome: LockOutcome = { locked: [], held: [] };
  const rows = await tx.unsafe<(WorkflowKey & { locked: boolean })[]>(TRY_LOCK, keyArrays(keys), { prepare: true });
  for (const { locked, ...key } of rows) (locked ? outcome.locked : outcome.held).push(key);
  return outcome;
}
