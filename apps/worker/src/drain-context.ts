/** What every drain of one worker process shares. */
import type { Logger, Tracing } from '@wm/runtime';
import type { ChangeAnnouncer } from './change-announcer.ts';
import type { WorkerMetrics } from './metrics.ts';
import type { RefoldRests } from './refold-rests.ts';
import type { ServiceArrivals } from './service-arrivals.ts';
import type { Sql } from '@wm/store';

export interface DrainLimits {
  /** Workflows in one transaction. */
  workflows: number;
  /** Events in one transaction; what a workflow has beyond them is drained by the next. */
  events: number;
  /** Stored size of the payloads in one transaction, bytes. */
  bytes: number;
  /** A refold of a workflow with more events than this gets a transaction of its own. */
  refoldAlone: number;
  /** A drain with a refold that takes longer than this is a long one, milliseconds. */
  longRefoldMs: number;
  /** For how many times as long the workflow rests then: late events that come meanwhile are folded together. */
  restTimes: number;
  /** How long to wait for a workflow that another worker drains, milliseconds. */
  lockTimeoutMs: number;
}

export const DRAIN_LIMITS: DrainLimits = {
  workflows: 100,
  events: 5_000,
  bytes: 16 * 1024 * 1024,
  refoldAlone: 5_000,
  longRefoldMs: 50,
  restTimes: 4,
  lockTimeoutMs: 8_000,
};

export interface DrainContext {
  sql: Sql;
  logger: Logger;
  tracing: Tracing;
  metrics: WorkerMetrics;
  limits: DrainLimits;
  services: ServiceArrivals;
  rests: RefoldRests;
  announcer: ChangeAnnouncer;
  /** The version of the rules in this code. */
  projectionVersion: number;
}
