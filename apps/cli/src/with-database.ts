import { createSql, type Sql } from '@wm/store';
import { explainDatabaseError } from './connection-checks.ts';

/**
 * Runs the work of a command on a database and ends the connection afterwards.
 *
 * @throws PlainError where the database cannot be reached or does not let us in; else whatever the work throws
 */
export async function withDatabase<T>(
  url: string,
  applicationName: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const sql = createSql(url, { applicationName, max: 4 });
  try {
    return await work(sql);
  } catch (error) {
    throw explainDatabaseError(error, url) ?? error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
