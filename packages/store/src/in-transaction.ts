/**
 * Transactions that survive the loss of their connection.
 *
 * The client library (3.4.9) answers a failed transaction with ROLLBACK, even on a connection that has gone; that write
 * ends the whole process with an error that nobody can catch (its issues 1154 and 1208). So when the connection is what
 * failed, the work's error is held back: the library itself rejects the transaction as soon as the connection closes,
 * and the server has rolled back by then.
 */
import type { Sql, Tx } from './client.ts';

/**
 * @param mode of the transaction, such as `READ ONLY`; READ COMMITTED where absent
 * @throws the work's error, or the library's CONNECTION_CLOSED; the transaction is rolled back then
 */
export async function inTransaction<T>(sql: Sql, work: (tx: Tx) => Promise<T>, mode = ''): Promise<T> {
  return (await sql.begin(mode, (tx) => holdBackLostConnection(() => work(tx)))) as T;
}

/** @throws as inTransaction; what was done since the savepoint is rolled back then */
export async function inSavepoint<T>(tx: Tx, work: (savepoint: Tx) => Promise<T>): Promise<T> {
  return (await tx.savepoint((savepoint) => holdBackLostConnection(() => work(savepoint)))) as T;
}

async function holdBackLostConnection<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isConnectionLost(error)) await new Promise<never>(() => {});
    throw error;
  }
}

const LOST = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'ECONNABORTED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTCONN',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ETIMEDOUT',
]);

/** The network's errors, the library's own, and the server's last word before it ends a session: the close follows. */
function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('severity' in error && error.severity === 'FATAL') return true;
  return 'code' in error && typeof error.code === 'string' && LOST.has(error.code);
}
