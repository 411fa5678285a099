/** The worker service: takes wake-ups, drains, sweeps, keeps the log's partitions ahead, tells how it is. */
import { PROJECTION_VERSION } from '@wm/projection';
import { createConsumer, queueTarget } from '@wm/queue';
import type { Consumer } from '@wm/queue';
import { addGauge, addPoolMetrics, healthRoutes, NO_TRACING, serveHttp } from '@wm/runtime';
import type { Logger, Registry, Tracing } from '@wm/runtime';
import { createSql, poolUse, SWEEP_SESSION } from '@wm/store';
import type { Sql } from '@wm/store';
import { ChangeAnnouncer } from './change-announcer.ts';
import { CoalescingDrainer } from './coalescing-drainer.ts';
import { DRAIN_LIMITS } from './drain-context.ts';
import type { DrainContext, DrainLimits } from './drain-context.ts';
import { createWorkerMetrics } from './metrics.ts';
import { startRebuilder } from './rebuilder.ts';
import { RefoldRests } from './refold-rests.ts';
import { ServiceArrivals } from './service-arrivals.ts';
import { startSessionWatch } from './session-watch.ts';
import { createSweepSession, startSweeper } from './sweeper.ts';
import { startVerifier } from './verifier.ts';
import { startSpanUpkeep } from './span-upkeep.ts';
import { watchVersion } from './version-gate.ts';

export interface WorkerOptions {
  databaseUrl: string;
  /** Null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
  /** Where health and metrics are served. */
  host: string;
  port: number;
  logger: Logger;
  registry: Registry;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
  /** How long an event may be pending before the sweeper takes it, milliseconds; 3,000 where absent. */
  sweepAfterMs?: number;
  /** Pause between sweeps, milliseconds; 2,000 where absent. */
  sweepEveryMs?: number;
  /** Pause between looks at the version in force, milliseconds; 3,000 where absent. */
  versionEveryMs?: number;
  /** Workflows that the verifier checks a second, over all workers; 1 where absent, 0: none. */
  verifyPerSecond?: number;
  /** Wake-ups that are worked on at once. */
  concurrency?: number;
  /** Drains that run at once. */
  lanes?: number;
  limits?: Partial<DrainLimits>;
  /** Another name isolates the queue of a test. */
  queueName?: string;
  /** Another version than the code's own: for tests of the gate. */
  projectionVersion?: number;
}

export interface RunningWorker {
  url: string;
  /** Takes no new wake-ups, finishes the drains that run, and closes, within about eight seconds. */
  stop(): Promise<void>;
}

const CONCURRENCY = 32;
const LANES = 2;
const VERIFY_PER_SECOND = 1;
const APPLICATION_NAME = 'wm-worker';
/** Rollup slots: readers sum over them, so there are only as many as drains that are likely to run at once. */
const SLOTS = 32;
/** Pause between looks for sums of the rollups that are due. */
const SPANS_EVERY_MS = 30_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_MS = 5_000;
const STOP_MS = 6_000;

/** @throws one clear line where the port is taken, or the database's error where it cannot be reached */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { lanes = LANES } = options;
  const sql = createSql(options.databaseUrl, {
    applicationName: APPLICATION_NAME,
    max: lanes + 6,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_MS,
  });
  const sweepSession = createSweepSession(options.databaseUrl, SWEEP_SESSION);
  const disconnect = async (): Promise<void> => {
    await Promise.all([sql.end({ timeout: 1 }), sweepSession.end({ timeout: 1 })]);
  };
  try {
    return await startOn({ sql, sweepSession, disconnect }, lanes, options);
  } catch (error) {
    await disconnect();
    throw error;
  }
}

interface Connections {
  sql: Sql;
  sweepSession: Sql;
  disconnect: () => Promise<void>;
}

async function startOn(
  { sql, sweepSession, disconnect }: Connections,
  lanes: number,
  options: WorkerOptions,
): Promise<RunningWorker> {
  const { logger, registry } = options;
  const context = drainContext(sql, options);
  const [sweepSlot = 0, rebuildSlot = 0, ...drainSlots] = pickSlots(lanes + 2);
  const drainer = new CoalescingDrainer(context, drainSlots);
  const queue = connectQueue(options, drainer);
  const gate = await watchVersion({
    sql,
    logger,
    projectionVersion: context.projectionVersion,
    everyMs: options.versionEveryMs ?? 3_000,
    onChange: (open) => (open ? queue.takeWakeUps() : void queue.leaveWakeUps()),
  });
  const mayDrain = (): boolean => gate.reason() === null;
  addGauge(
    registry,
    'wm_worker_version_in_force',
    'Whether the version of the fold in this code is in force: 1 or 0',
    [],
    () => [{ value: mayDrain() ? 1 : 0 }],
  );
  addPoolMetrics(registry, () => ({ drains: poolUse(sql), sweeper: poolUse(sweepSession) }));
  const sweeper = startSweeper({
    context,
    session: sweepSession,
    slot: sweepSlot,
    sweepAfterMs: options.sweepAfterMs ?? 3_000,
    everyMs: options.sweepEveryMs ?? 2_000,
    mayDrain,
  });
  const sessionWatch = startSessionWatch(context);
  const spanUpkeep = startSpanUpkeep(context, SPANS_EVERY_MS);
  const rebuilder = startRebuilder({ context, slot: rebuildSlot, applicationName: APPLICATION_NAME, mayDrain });
  const { verifyPerSecond: perSecond = VERIFY_PER_SECOND } = options;
  const verifier = perSecond > 0 ? startVerifier({ context, perSecond, mayDrain }) : null;
  const stopDraining = async (): Promise<void> => {
    gate.stop();
    drainer.endRests();
    await Promise.race([
      Promise.all([
        queue.leaveWakeUps(),
        sweeper.stop(),
        sessionWatch.stop(),
        spanUpkeep.stop(),
        rebuilder.stop(),
        verifier?.stop(),
      ]).then(() => drainer.idle()),
      new Promise((resolve) => setTimeout(resolve, STOP_MS).unref()),
    ]);
    context.announcer.stop();
    await disconnect();
  };
  const ready = async (): Promise<string | null> => {
    await sql`SELECT 1`;
    return gate.reason();
  };
  try {
    const app = healthRoutes({ registry, ready });
    const server = await serveHttp({
      fetch: app.fetch,
      host: options.host,
      port: options.port,
      portVariable: 'WORKER_PORT',
      logger,
    });
    return {
      url: server.url,
      async stop() {
        await stopDraining();
        await server.stop(1_000);
      },
    };
  } catch (error) {
    await stopDraining();
    throw error;
  }
}

function drainContext(sql: Sql, options: WorkerOptions): DrainContext {
  return {
    sql,
    logger: options.logger,
    tracing: options.tracing ?? NO_TRACING,
    metrics: createWorkerMetrics(options.registry),
    limits: { ...DRAIN_LIMITS, ...options.limits },
    services: new ServiceArrivals(),
    rests: new RefoldRests(),
    announcer: new ChangeAnnouncer(sql, options.logger),
    projectionVersion: options.projectionVersion ?? PROJECTION_VERSION,
  };
}

/** Neighbouring slots from a random one on: drains of one process never share a slot, those of two seldom. */
function pickSlots(count: number): number[] {
  const first = Math.floor(Math.random() * SLOTS);
  return Array.from({ length: count }, (_, index) => (first + index) % SLOTS);
}

/** The worker's side of the queue: takes wake-ups while it may drain. */
function connectQueue(options: WorkerOptions, drainer: CoalescingDrainer) {
  const { databaseUrl, redisUrl, queueName, logger } = options;
  const target = queueTarget({ databaseUrl, redisUrl, ...(queueName !== undefined && { queueName }) });
  const onError = (error: Error): void =>
    logger.warn({ error }, 'the queue has trouble; no event is lost, the sweeper drains what no wake-up leads to');
  let consumer: Consumer | undefined;
  return {
    takeWakeUps(): void {
      consumer ??= createConsumer(target, {
        concurrency: options.concurrency ?? CONCURRENCY,
        process: ({ workflows, origins }) => drainer.drain(workflows, origins),
        onError,
      });
    },
    async leaveWakeUps(): Promise<void> {
      const closing = consumer?.close(STOP_MS - 1_000);
      consumer = undefined;
      await closing;
    },
  };
}
