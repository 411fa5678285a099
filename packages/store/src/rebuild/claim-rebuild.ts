/**
 * Takes the next workflow that is to be folded again: locks its request for the rest of the transaction. What another
 * worker has taken is passed over.
 *
 * One range of the primary key of rebuild_requests, read up to the first that is due. Grows with those that wait for their
 * next try.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export interface RebuildRequest {
  key: WorkflowKey;
  /** Whether to fold even where the log no longer has the first events. */
  incomplete: boolean;
}

const CLAIM = `
SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId", incomplete
FROM rebuild_requests
WHERE (env, service_key, workflow_id) > ($1, $2, $3) AND not_before <= clock_timestamp()
ORDER BY env, service_key, workflow_id
LIMIT 1
FOR UPDATE SKIP LOCKED`;

/** @param after the one taken before: going on from there passes over no dead index entries; null: from the beginning */
export async function claimRebuild(tx: Tx, after: WorkflowKey | null): Promise<RebuildRequest | null> {
  const parameters = [after?.env ?? '', after?.serviceKey ?? '', after?.workflowId ?? ''];
  type Row = WorkflowKey & { incomplete: boolean };
  const [row] = await tx.unsafe<Row[]>(CLAIM, parameters, { prepare: true });
  if (row === undefined) return null;
  const { incomplete, ...key } = row;
  return { key, incomplete };
}
