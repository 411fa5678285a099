/**
 * Ends sessions of services whose process was stopped between two messages of one statement, or before it had read an
 * answer that is larger than the buffers of the network. PostgreSQL takes those for active ones: neither
 * idle_in_transaction_session_timeout nor statement_timeout ends them, and what they hold they hold for ever.
 *
 * Reads pg_stat_activity, of which only the sessions of the same account and database can match; grows with the sessions
 * of the server.
 */
import type { Sql } from './client.ts';

const END = `
SELECT application_name AS "applicationName", pg_terminate_backend(pid) AS ended
FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND application_name LIKE ANY ($1::text[])
  AND state = 'active' AND wait_event IN ('ClientRead', 'ClientWrite')
  AND state_change < clock_timestamp() - $2::int * interval '1 ms'`;

/**
 * A session that is healthy can only be met where a statement of its own took that long and its client is being told of
 * it at this very moment. Its transaction is rolled back and tried again.
 *
 * @param applicationNames how the sessions of services begin their names
 * @param silentMs how long their last message is ago at least, milliseconds
 * @returns the names of the sessions that were ended
 */
export async function endStuckSessions(
  sql: Sql,
  applicationNames: readonly string[],
  silentMs: number,
): Promise<string[]> {
  const patterns = applicationNames.map((name) => `${name}%`);
  const rows = await sql.unsafe<{ applicationName: string }[]>(END, [patterns, silentMs], { prepare: true });
  return rows.map(({ applicationName }) => applicationName);
}
