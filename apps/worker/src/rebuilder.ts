/**
 * Folds requested workflows again in the background: those of `wm rebuild`, and after a change of the version in force
 * those whose rows are of another one.
 */
import type { WorkflowKey } from '@wm/projection';
import { readLag, recountRollups, requestStaleRebuilds } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { VersionMismatch } from './drain-transaction.ts';
import { rebuildNext } from './rebuild-workflow.ts';
import { startRounds } from './rounds.ts';
import type { Rounds } from './rounds.ts';

export interface RebuilderOptions {
  context: DrainContext;
  /** Of the rollups. */
  slot: number;
  /** How the sessions of workers begin their name. */
  applicationName: string;
  /** Whether this worker may drain now. */
  mayDrain: () => boolean;
}

const IDLE_MS = 1_000;
/** Live events come first: while one has waited for longer than this, there is a pause after each workflow. */
const LAG_MS = 1_000;
const PAUSE_MS = 500;
/** How long a measured lag holds. */
const MEASURE_EVERY_MS = 250;

export function startRebuilder(options: RebuilderOptions): Rounds {
  const { context } = options;
  const rebuilder = new Rebuilder(options);
  return startRounds(async () => {
    try {
      return options.mayDrain() ? await rebuilder.step() : IDLE_MS;
    } catch (error) {
      if (!(error instanceof VersionMismatch))
        context.logger.warn({ error }, 'rebuilding was interrupted; what was asked for stays on the list');
      return IDLE_MS;
    }
  });
}

class Rebuilder {
  readonly #options: RebuilderOptions;
  #last: WorkflowKey | null = null;
  #lookAt = 0;
  #lag = { ms: 0, at: 0 };

  constructor(options: RebuilderOptions) {
    this.#options = options;
  }

  /** One workflow, or one step of what comes before or after them. @returns how long to pause, milliseconds */
  async step(): Promise<number> {
    if (await this.#askForStale()) return 0;
    const rebuilt = await this.#rebuildNext();
    if (rebuilt) return (await this.#isLagging()) ? PAUSE_MS : 0;
    return (await this.#recountNext()) ? 0 : IDLE_MS;
  }

  /** At most once a second, unless there is more. @returns whether there is more */
  async #askForStale(): Promise<boolean> {
    if (Date.now() < this.#lookAt) return false;
    const { context, applicationName } = this.#options;
    const walk = await requestStaleRebuilds(context.sql, context.projectionVersion, applicationName);
    if (walk === 'going') return true;
    this.#lookAt = Date.now() + IDLE_MS;
    return false;
  }

  async #rebuildNext(): Promise<boolean> {
    const { context, slot } = this.#options;
    const { logger, metrics } = context;
    const rebuilt = await rebuildNext(context, slot, this.#last);
    if (rebuilt === null) {
      const wasBehind = this.#last !== null;
      this.#last = null;
      return wasBehind && this.#rebuildNext();
    }
    const { key } = rebuilt;
    this.#last = key;
    if (rebuilt.outcome === 'rebuilt') {
      metrics.rebuilt.inc();
      metrics.rebuiltRows.inc(rebuilt.rows);
    } else if (rebuilt.outcome === 'left') {
      metrics.rebuilt.inc();
      logger.warn(
        key,
        'not rebuilt: the log no longer has the first events of this workflow; its rows stay as they are',
      );
    } else {
      metrics.rebuildFailures.inc();
      logger.warn({ ...key, error: rebuilt.error }, 'a workflow could not be rebuilt; it is tried again later');
    }
    return true;
  }

  async #recountNext(): Promise<boolean> {
    const { context, slot } = this.#options;
    const recount = await recountRollups(context.sql, slot);
    if (recount !== null && recount.mended > 0)
      context.logger.info(recount, 'counted the rollups of a service again and mended what they were off');
    return recount !== null;
  }

  async #isLagging(): Promise<boolean> {
    if (Date.now() >= this.#lag.at + MEASURE_EVERY_MS)
      this.#lag = { ms: await readLag(this.#options.context.sql), at: Date.now() };
    return this.#lag.ms > LAG_MS;
  }
}
