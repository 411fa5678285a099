/** Drains what no wake-up led to: the queue may be down, flushed or full. */
import { createSql, ensurePartitions, findStaleWorkflows, keyText, readLag } from '@wm/store';
import type { Sql } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { drainWorkflows, roomBeside } from './drain-workflows.ts';
import { VersionMismatch } from './drain-transaction.ts';

/** Any fixed number: one worker of the fleet sweeps at a time. */
const SWEEP_LOCK = 7_300_017_101;
/** While it sweeps, the holder of the lock says so this often; one that was stopped loses the lock after so much silence. */
const SAY_EVERY_MS = 1_000;
const SILENCE_MS = 5_000;
const UPKEEP_EVERY_MS = 24 * 60 * 60 * 1_000;

export interface SweeperOptions {
  context: DrainContext;
  /** Of createSweepSession. */
  session: Sql;
  slot: number;
  /** How long an event may have been pending before the sweeper takes it, milliseconds. */
  sweepAfterMs: number;
  everyMs: number;
  /** Whether this worker may drain now. */
  mayDrain: () => boolean;
}

export interface Sweeper {
  stop(): Promise<void>;
}

export function startSweeper(options: SweeperOptions): Sweeper {
  const { context, everyMs } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let lastUpkeep = 0;
  const round = async (): Promise<void> => {
    try {
      await measureLag(context);
      if (options.mayDrain()) {
        await whileSweeping(options.session, async () => {
          if (Date.now() - lastUpkeep > UPKEEP_EVERY_MS) {
            await upkeep(context);
            lastUpkeep = Date.now();
          }
          await sweep(options, () => stopped);
        });
      }
    } catch (error) {
      if (!(error instanceof VersionMismatch)) {
        context.metrics.failures.inc();
        context.logger.warn({ error }, 'a sweep failed; what is pending stays pending until the next one');
      }
    }
  };
  let current = Promise.resolve();
  const next = (): void => {
    if (stopped) return;
    current = round().finally(() => {
      timer = setTimeout(next, everyMs);
    });
  };
  next();
  return {
    async stop() {
      stopped = true;
      await current;
      clearTimeout(timer);
    },
  };
}

async function measureLag({ sql, metrics }: DrainContext): Promise<void> {
  metrics.lagSeconds.set((await readLag(sql)) / 1_000);
}

/** A pool of one connection: its session holds the sweepers' lock, and the server ends it when nothing is heard of it. */
export function createSweepSession(databaseUrl: string, applicationName: string): Sql {
  return createSql(databaseUrl, { applicationName, max: 1, idleSessionTimeoutMs: SILENCE_MS });
}

/**
 * Runs the work if no other worker sweeps. The lock belongs to a session, so that it ends with this process, or when
 * this process is stopped. One that goes on later sweeps beside the next holder; the locks of the workflows keep that safe.
 */
async function whileSweeping(session: Sql, work: () => Promise<void>): Promise<void> {
  const [row] = await session<{ own: boolean }[]>`SELECT pg_try_advisory_lock(${SWEEP_LOCK}) AS own`;
  if (row?.own !== true) return;
  const timer = setInterval(() => void session`SELECT 1`.catch(() => {}), SAY_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await session`SELECT pg_advisory_unlock(${SWEEP_LOCK})`;
  }
}

async function sweep(options: SweeperOptions, isStopped: () => boolean): Promise<void> {
  const { context, slot, sweepAfterMs } = options;
  const { sql, limits, logger, metrics, tracing } = context;
  // Each workflow once a round: those that fail, or that another worker holds, must not hide the ones behind them.
  const tried = new Set<string>();
  while (!isStopped()) {
    const stale = await findStaleWorkflows(sql, sweepAfterMs, limits.workflows + tried.size);
    const keys = stale.filter((key) => !tried.has(keyText(key))).slice(0, limits.workflows);
    if (keys.length === 0) return;
    for (const key of keys) tried.add(keyText(key));
    const report = await tracing.span('sweep', { attributes: { 'wm.workflows': keys.length } }, () =>
      drainWorkflows(context, keys, { slot, room: roomBeside(keys, limits), sweeping: true }),
    );
    metrics.swept.inc(report.events);
    metrics.failures.inc(report.failed.size);
    if (report.events > 0) {
      logger.info(
        { events: report.events, workflows: keys.length },
        'swept: folded events that no wake-up led to in time',
      );
    }
    for (const error of report.failed.values())
      logger.warn({ error }, 'the sweeper could not drain a workflow; its events stay pending');
  }
}

async function upkeep({ sql, logger }: DrainContext): Promise<void> {
  const partitions = await ensurePartitions(sql, new Date(), (line) => logger.info(line));
  if (partitions.length > 0) logger.info({ partitions }, 'made partitions of the event log ahead');
}
