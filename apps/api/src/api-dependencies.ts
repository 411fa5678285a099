import type { Queue } from 'bullmq';
import type { QueueCounts, WakeUps } from '@wm/queue';
import type { Logger, Registry, Tracing } from '@wm/runtime';
import type { Sql } from '@wm/store';
import type { UsualDurations } from './active/expectations.ts';
import type { Door } from './http/door.ts';
import type { Freshness } from './http/freshness.ts';
import type { StreamHub } from './stream/stream-hub.ts';

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
    /** BullMQ's own object, which whoever opened it closes. @throws where the queue cannot be reached */
    openForBoard: () => Promise<Queue>;
  };
  door: Door;
  stream: StreamHub;
  /** What is usual, by which runs are judged; the stream judges by the same. */
  usual: UsualDurations;
  /** Origins of pages of other sites that may read. */
  corsOrigins: readonly string[];
  /** Where trackers post to, as they know it; null: not known. */
  ingestUrl: string | null;
  /** The folder of the built dashboard. */
  webDir: string;
  /** For each key, on average over ten seconds. */
  requestsPerSecond: number;
  /** null: ready to answer; else why not. */
  ready: () => Promise<string | null>;
  logger: Logger;
  registry: Registry;
  tracing: Tracing;
}

/** With what the application makes of them, once for all routes. */
export interface ApiParts extends ApiDependencies {
  freshness: Freshness;
}
