import { createSql, poolUse } from '@wm/store';
import type { PoolUse, Sql } from '@wm/store';

/** A statement that the client has given up is ended by the server too, in time. */
const STATEMENT_TIMEOUT_MS = 30_000;

const SESSION_SETTINGS = {
  // A plan is made once per connection and kept. The one of the insert, made while a month's partition is still empty,
  // would read that partition from end to end, and go on doing so while it fills.
  enable_seqscan: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
  // A statement whose client has gone ends too, so that connections which were thrown away do not pile up.
  client_connection_check_interval: '1s',
};

/** PostgreSQL did not answer in time; whether the statement was carried out is not known. */
export class DatabaseTimeout extends Error {
  override name = 'DatabaseTimeout';
}

/**
 * The connections of one ingest process. Every query has a bound on its time, whatever state the server or the network
 * is in: a server that was stopped, or a machine that has gone, says nothing at all, and its connections would wait for
 * minutes. They are thrown away then, and new ones are made.
 */
export class Database {
  readonly #url: string;
  readonly #connections: number;
  #sql: Sql;

  constructor(url: string, connections: number) {
    this.#url = withSettings(url);
    this.#connections = connections;
    this.#sql = this.#connect();
  }

  /** @throws DatabaseTimeout, or whatever the query fails with */
  async run<T>(work: (sql: Sql) => Promise<T>, timeoutMs: number): Promise<T> {
    const sql = this.#sql;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#replace(sql);
        reject(new DatabaseTimeout(`PostgreSQL did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([work(sql), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** How busy the connections are. */
  use(): PoolUse {
    return poolUse(this.#sql);
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 2 });
  }

  /** Once, however many queries found these connections dead. */
  #replace(dead: Sql): void {
    if (this.#sql !== dead) return;
    this.#sql = this.#connect();
    dead.end({ timeout: 0 }).catch(() => {});
  }

  #connect(): Sql {
    return createSql(this.#url, {
      applicationName: 'wm-ingest',
      max: this.#connections,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
  }
}

/** Unknown parameters of an address become settings of its sessions. */
function withSettings(url: string): string {
  const address = new URL(url);
  for (const [setting, value] of Object.entries(SESSION_SETTINGS)) address.searchParams.set(setting, value);
  return address.href;
}
