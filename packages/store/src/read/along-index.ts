/**
 * Has one statement visit the rows that its index names in the order of the index, instead of noting them all first and visiting
 * them in that of the table (a bitmap). The planner takes that for cheaper; with the table in memory it is not: counting 4,800
 * open runs, each on a page of its own, took 6.2 ms with a bitmap and 3.7 without.
 *
 * Reads: what the statement reads. Growth: none of its own.
 */
import type { PendingQuery, Row } from 'postgres';
import type { Tx } from '../client.ts';

/** @param query not sent yet. The three go one behind the other, whatever else is asked at the same time. */
export async function alongIndex<T extends readonly Row[]>(tx: Tx, query: PendingQuery<T>): Promise<T> {
  const [, rows] = await Promise.all([
    tx`SELECT set_config('enable_bitmapscan', 'off', true)`,
    query,
    tx`SELECT set_config('enable_bitmapscan', 'on', true)`,
  ]);
  return rows;
}

/** The other way round, where all else in the transaction goes along indexes: the rows of the statement may be noted first. */
export async function inBitmap<T extends readonly Row[]>(tx: Tx, query: PendingQuery<T>): Promise<T> {
  const [, rows] = await Promise.all([
    tx`SELECT set_config('enable_bitmapscan', 'on', true), set_config('enable_indexscan', 'off', true)`,
    query,
    tx`SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_indexscan', 'on', true)`,
  ]);
  return rows;
}
