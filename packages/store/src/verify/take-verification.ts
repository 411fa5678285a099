/**
 * The walk of the continuous verifier over all workflows, shared by all workers and kept in workflow_walks.
 *
 * One row, and a look at the next key in `workflows` and in every partition of the log.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { nextWorkflowKeys } from './next-workflow-keys.ts';

export interface VerifyTurn {
  /** The workflow to verify now; null where none is due, or where there are none. */
  key: WorkflowKey | null;
  /** When all workflows had been gone through for the last time. */
  roundAt: Date | null;
}

/**
 * Takes the next workflow in the order of keys, at most one per `everyMs` over all workers; after the last one the first
 * again. It counts as taken even if the caller dies: the next round comes to it again.
 */
export async function takeVerification(sql: Sql, everyMs: number): Promise<VerifyTurn> {
  const [walk] = await sql<{ isDue: boolean; roundAt: Date | null }[]>`
    SELECT next_at <= clock_timestamp() AS "isDue", finished_at AS "roundAt" FROM workflow_walks WHERE name = 'verify'`;
  if (walk?.isDue !== true) return { key: null, roundAt: walk?.roundAt ?? null };
  return inTransaction(sql, async (tx) => {
    const [position] = await tx<WorkflowKey[]>`
      UPDATE workflow_walks SET next_at = clock_timestamp() + ${everyMs} * interval '1 millisecond'
      WHERE name = 'verify' AND next_at <= clock_timestamp()
      RETURNING env, service_key AS "serviceKey", workflow_id AS "workflowId"`;
    if (position === undefined) return { key: null, roundAt: walk.roundAt };
    const [key] = (await nextWorkflowKeys(tx, {}, position, 1)).keys;
    return { key: key ?? null, roundAt: await movePosition(tx, key) };
  });
}

/** @param key null: the round is over */
async function movePosition(tx: Tx, key: WorkflowKey | undefined): Promise<Date | null> {
  const [walk] = await tx<{ roundAt: Date | null }[]>`
    UPDATE workflow_walks
    SET env = ${key?.env ?? ''}, service_key = ${key?.serviceKey ?? ''}, workflow_id = ${key?.workflowId ?? ''},
        finished_at = CASE WHEN ${key === undefined} THEN clock_timestamp() ELSE finished_at END
    WHERE name = 'verify'
    RETURNING finished_at AS "roundAt"`;
  return walk?.roundAt ?? null;
}
