/**
 * The version of the fold that is in force.
 *
 * Reads: the one row of projection_target.
 * Index: none.
 * Growth: not at all.
 */
import type { Sql, Tx } from '../client.ts';

/** No row where no migration has set one. */
export function readProjectionTarget(sql: Sql | Tx) {
  return sql<{ version: number }[]>`SELECT version FROM projection_target`;
}
