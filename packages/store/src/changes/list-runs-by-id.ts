/**
 * Runs by their row ids, as lists show them.
 *
 * Reads: workflows. Index: its primary key. Growth: with the ids.
 */
import type { Sql, Tx } from '../client.ts';
import { runSummaryColumns, type RunSummary } from '../read/run-columns.ts';

export interface ChangedRun extends RunSummary {
  /** Its first 200 characters. */
  errorMessage: string | null;
}

/** In no particular order; ids without a row are left out. */
export function listRunsById(sql: Sql | Tx, ids: readonly string[]) {
  return sql<ChangedRun[]>`
    SELECT ${runSummaryColumns(sql)}, left(error_message, 200) AS "errorMessage"
    FROM workflows WHERE id = ANY(${[...ids]}::text[]::uuid[])`;
}
