/**
 * How far the continuous verifier is.
 *
 * Reads: one row of workflow_walks, by primary key.
 * Growth: not at all.
 */
import type { Sql, Tx } from '../client.ts';

export interface VerifyWalk {
  /** When the next workflow is due. It moves on with every workflow that a worker takes. */
  nextAt: Date;
  /** When all workflows had been gone through for the last time; null: not yet. */
  roundAt: Date | null;
}

export async function readVerifyWalk(sql: Sql | Tx): Promise<VerifyWalk | null> {
  const [row] = await sql<VerifyWalk[]>`
    SELECT next_at AS "nextAt", finished_at AS "roundAt" FROM workflow_walks WHERE name = 'verify'`;
  return row ?? null;
}
