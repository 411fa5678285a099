/**
 * How many failed runs have a text in their error message, wherever in it and in upper or lower case alike.
 *
 * Reads: workflows, one row per run found, up to a bound.
 * Index: workflows_error_text, trigrams of the messages of failed runs.
 * Growth: with the bound, and with the runs that share the text's trigrams.
 */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../../client.ts';
import { scopeConditions, type ReadScope } from '../scope.ts';
import { errorHolds } from './workflow-filter.ts';

/** Letters or digits side by side that a text needs: without a trigram of its own the index would be read whole. */
const TRIGRAM = /[\p{L}\p{N}]{3}/u;

export function hasTrigram(text: string): boolean {
  return TRIGRAM.test(text);
}

/** Over a table or alias named `workflows`, as the index can answer it. */
export function failedWithText(sql: Sql | Tx, text: string): Fragment {
  return sql`workflows.failed_at IS NOT NULL AND ${errorHolds(sql, text)}`;
}

/** One row. Beyond `most` the count is `most`. */
export function countByErrorText(sql: Sql | Tx, scope: ReadScope, text: string, most: number) {
  return sql<{ count: number }[]>`
    SELECT count(*) AS count FROM (
      SELECT FROM workflows WHERE ${failedWithText(sql, text)} ${scopeConditions(sql, scope)} LIMIT ${most}
    ) AS entries`;
}
