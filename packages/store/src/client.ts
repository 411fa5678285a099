import { connect } from 'node:net';
import type { Socket } from 'node:net';
import postgres from 'postgres';
import { encryptedAddress } from './tls.ts';
import { withPoolUse } from './pool-use.ts';

export type Sql = postgres.Sql;
export type Tx = postgres.TransactionSql;

const END_TIMEOUT_SECONDS = 2;

export interface SqlOptions {
  /** Shown in pg_stat_activity: which process holds a connection. */
  applicationName: string;
  /** Connections of the pool; 10 where not given. */
  max?: number;
  /** The server cancels a statement after this time, in milliseconds; 0 or absent: never. */
  statementTimeoutMs?: number;
  /** The server ends a session that idles inside a transaction for this long, in milliseconds; 0: never. */
  idleInTransactionTimeoutMs?: number;
  /** The server ends a session that says nothing outside of a transaction for this long, in milliseconds; absent: never. */
  idleSessionTimeoutMs?: number;
}

/**
 * A pool of connections. It connects with its first query, and again by itself after the server was away; queries that
 * meet a server that is down reject at once with the network's error.
 *
 * `sslmode` and `sslrootcert` of the address say how the connection is encrypted, see tls.ts.
 *
 * Types of rows: int8 comes as number (every count and duration of ours is below 2^53), timestamptz as Date, jsonb
 * parsed, bytea as Buffer. Sessions run in UTC. `sql.end()` waits for running queries, two seconds at most.
 */
export function createSql(url: string, options: SqlOptions): Sql {
  const { url: address, ssl } = encryptedAddress(url);
  const sql: Sql = postgres(address, {
    ssl,
    ...withoutDelay(),
    max: options.max ?? 10,
    connect_timeout: 5,
    // The library waits up to 20 s after a lost server. Ours restarts within a second, and clients drop after seven.
    backoff: (failures) => Math.min(0.5, 0.05 * 2 ** failures),
    onnotice: () => {},
    types: {
      bigint: {
        to: 20,
        from: [20],
        serialize: (value: number | bigint) => String(value),
        parse: (text: string) => Number(text),
      },
      // The library leaves these to Date, which takes the year 0001 for 2001.
      date: {
        to: 1184,
        from: [1082, 1114, 1184],
        serialize: (value: Date | string) => (value instanceof Date ? value : new Date(value)).toISOString(),
        parse: (text: string) => (text.endsWith('+00') ? parseUtc(text) : new Date(text.replace(' ', 'T'))),
      },
    },
    connection: {
      application_name: options.applicationName,
      TimeZone: 'UTC',
      statement_timeout: options.statementTimeoutMs ?? 0,
      // A process that was stopped in the middle of a transaction must not keep its locks.
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 5_000,
      idle_session_timeout: options.idleSessionTimeoutMs ?? 0,
    },
  });
  // Without a bound the library waits for ever for a connection that was cut in the middle of a query and not used since.
  const end = sql.end.bind(sql);
  sql.end = (bound) => end({ timeout: bound?.timeout ?? END_TIMEOUT_SECONDS });
  return withPoolUse(sql);
}

/** `2026-01-31 12:00:00.5+00`. Without a search for a pattern: a run of 5,000 steps has 30,000 times. */
function parseUtc(text: string): Date {
  const space = text.indexOf(' ');
  return new Date(`${text.slice(0, space)}T${text.slice(space + 1, -3)}Z`);
}

interface Address {
  host: readonly string[];
  port: readonly number[];
  /** Of a socket in the file system; false where there is none. */
  path: string | false;
}

/**
 * The library leaves Nagle's algorithm on: a short message behind another waits for the server's acknowledgement, up to
 * 40 ms. Its option for a socket of one's own is not in its types. Of several hosts each try takes the next one, as without it.
 */
function withoutDelay(): object {
  let tries = 0;
  const socket = ({ host, port, path }: Address): Socket => {
    const index = tries % host.length;
    tries += 1;
    if (path !== false) return connect(path);
    const opened = connect({ host: host[index]!, port: port[index]!, noDelay: true });
    // Where the library looks for the name that a certificate must have.
    return Object.assign(opened, { host: host[index]! });
  };
  return { socket };
}
