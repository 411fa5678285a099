/** PostgreSQL's verdict on a statement: its SQLSTATE, or null where the statement never got one (no connection, no answer). */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'PostgresError' || !('code' in error)) return null;
  const code = String(error.code);
  // Connection exceptions, and a server that is starting, stopping or out of room, concern every statement alike.
  return /^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57P)/.test(code) ? code : null;
}
