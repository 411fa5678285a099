import type { PendingQuery, Row } from 'postgres';
import type { Tx } from '../../client.ts';
import { inBitmap } from '../along-index.ts';
import { scopeConditions } from '../scope.ts';
import { countByErrorText, failedWithText, hasTrigram } from './count-by-error-text.ts';
import { countById } from './count-by-id.ts';
import { countSource } from './count-source.ts';
import { lanesOf } from './list-lanes.ts';
import { SORT_AT } from './list-order.ts';
import { smallSources, type ListSource } from './list-source.ts';
import { searchCondition, type WorkflowFilter } from './workflow-filter.ts';

/**
 * The smallest set of indexes that together hold all that the filter leaves, to be read whole.
 *
 * @returns null where each of them has more than `most` rows
 */
export async function findSmallest(
  tx: Tx,
  filter: WorkflowFilter,
  envs: readonly string[],
  most: number,
): Promise<ListSource[] | null> {
  const found = (await searchedSource(tx, filter, most)) ?? (await errorTextSource(tx, filter, most));
  if (found !== null) return [found];
  const sets = await Promise.all(
    smallSources(filter).map(async (sources) => {
      const counts = await Promise.all(
        sources.map((source) => countSource(tx, source, lanesOf(source, filter, envs), filter, most + 1)),
      );
      return { sources, count: counts.reduce((sum, [row]) => sum + row!.count, 0) };
    }),
  );
  const [best] = sets.toSorted((a, b) => a.count - b.count);
  return best !== undefined && best.count <= most ? best.sources : null;
}

/** Sends a query that reads all of a small source. */
export function readWhole<T extends readonly Row[]>(
  tx: Tx,
  { noted }: ListSource,
  query: PendingQuery<T>,
): PromiseLike<T> {
  return noted === true ? inBitmap(tx, query) : query;
}

/** The runs that the search finds, as a source; null where there are too many, or nothing is searched. */
async function searchedSource(tx: Tx, { scope, search }: WorkflowFilter, most: number): Promise<ListSource | null> {
  if (search === null) return null;
  const [row] = await countById(tx, scope, search.text, most + 1);
  if (row!.count > most) return null;
  return foundAnywhere('search', (sql) => sql`${searchCondition(sql, search)} ${scopeConditions(sql, scope)}`);
}

/** Failures lie anywhere. More of them than this are so many of all failures that a walk meets a page of them sooner. */
const TEXTS_AT_MOST = 1_500;

/** The runs with the text in their error, in the same way. */
async function errorTextSource(tx: Tx, { scope, errorText }: WorkflowFilter, most: number): Promise<ListSource | null> {
  if (errorText === null || !hasTrigram(errorText)) return null;
  const counted = Math.min(most, TEXTS_AT_MOST);
  const [row] = await inBitmap(tx, countByErrorText(tx, scope, errorText, counted + 1));
  if (row!.count > counted) return null;
  return foundAnywhere('errorText', (sql) => sql`${failedWithText(sql, errorText)} ${scopeConditions(sql, scope)}`);
}

/**
 * What several indexes find together, or one that knows no order. As a list of ids it took a look into the primary key for
 * each: 17 ms for 3,900, instead of 6.
 */
function foundAnywhere(part: 'search' | 'errorText', conditions: ListSource['conditions']): ListSource {
  return {
    order: [SORT_AT],
    noted: true,
    byEnv: false,
    byLatest: false,
    lanes: null,
    conditions,
    answers: [part],
  };
}
