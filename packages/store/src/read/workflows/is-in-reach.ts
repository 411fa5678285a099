/**
 * Whether a run lies within the reach of a key.
 *
 * Reads: one row of workflows. Index: its primary key. Growth: none.
 */
import type { Tx } from '../../client.ts';
import { scopeConditions, type ReadScope } from '../scope.ts';

export async function isInReach(tx: Tx, scope: ReadScope, id: string): Promise<boolean> {
  if (scope.env === null && scope.serviceKey === null) return true;
  const rows = await tx`SELECT FROM workflows WHERE id = ${id}::uuid ${scopeConditions(tx, scope)}`;
  return rows.length > 0;
}
