import type { QueueCounts, WakeUps } from '@wm/queue';
import type { Logger, Registry } from '@wm/runtime';
import type { KeyVerifier, Sql } from '@wm/store';

/** What the routes work with. */
export interface ApiDependencies {
  /** Where reads go: the replica where there is one. */
  sql: Sql;
  /** Where changes go. */
  primary: Sql;
  queue: {
    backend: 'redis' | 'postgres';
    /** null: the queue did not answer in time. Never throws. */
    counts: () => Promise<QueueCounts | null>;
    /** Never throws; should it fail, the sweeper finds the events. */
    wake: WakeUps['wake'];
  };
  /** null: everyone may do everything. */
  keys: KeyVerifier | null;
  /** null: ready to answer; else why not. */
  ready: () => Promise<string | null>;
  logger: Logger;
  registry: Registry;
}
