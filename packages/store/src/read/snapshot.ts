import type { Sql, Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { beginRead } from './begin-read.ts';

/**
 * Runs several reads on one state of the store, so that a workflow and its steps cannot contradict each other. Keep it
 * short: a held snapshot slows every drain.
 *
 * @returns what `read` returns, and the time of the snapshot
 */
export async function inSnapshot<T>(sql: Sql, read: (tx: Tx) => Promise<T>): Promise<{ value: T; asOf: Date }> {
  const readAll = async (tx: Tx): Promise<{ value: T; asOf: Date }> => {
    const [begun, value] = await Promise.all([beginRead(tx), read(tx)]);
    return { value, asOf: begun[0]!.asOf };
  };
  return inTransaction(sql, readAll, 'ISOLATION LEVEL REPEATABLE READ READ ONLY');
}
