/** Gathers the wake-ups that are active at once into common drains. */
import type { WorkflowKey } from '@wm/projection';
import type { Origin } from '@wm/runtime';
import { keyText } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { drainWorkflows, roomBeside } from './drain-workflows.ts';
import type { DrainReport } from './drain-workflows.ts';

/** Requests that a line of the log, or a trace, names. */
const NAMED_REQUESTS = 50;

interface Waiter {
  key: WorkflowKey;
  /** The requests that wait for it, the first ones. */
  origins: Origin[];
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Every wake-up is answered by a drain that began after it came. While drains run, further wake-ups gather; the next
 * drain takes them all at once, so that a transaction holds one workflow in quiet times and a hundred under load.
 */
export class CoalescingDrainer {
  readonly #context: DrainContext;
  /** Free lanes, by their rollup slot. */
  readonly #slots: number[];
  readonly #waiting = new Map<string, Waiter>();
  readonly #inFlight = new Set<string>();
  readonly #running = new Set<Promise<void>>();

  /** @param slots one rollup slot for each drain that may run at the same time */
  constructor(context: DrainContext, slots: readonly number[]) {
    this.#context = context;
    this.#slots = [...slots];
  }

  /**
   * Resolves when a drain that began after this call has committed and left nothing of the workflow pending.
   * Rejects when it failed; the events stay pending then.
   *
   * @param origin the request that the wake-up is about, for the log and the trace
   */
  drain(key: WorkflowKey, origin?: Origin): Promise<void> {
    const text = keyText(key);
    const known = this.#waiting.get(text);
    if (known !== undefined) {
      if (origin !== undefined && known.origins.length < NAMED_REQUESTS) known.origins.push(origin);
      return known.promise;
    }
    const { promise, resolve, reject } = withResolvers();
    this.#waiting.set(text, { key, origins: origin === undefined ? [] : [origin], promise, resolve, reject });
    this.#begin();
    return promise;
  }

  /** Resolves when no drain runs and none waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(): void {
    while (this.#slots.length > 0) {
      const batch = this.#take();
      if (batch.length === 0) return;
      const slot = this.#slots.pop()!;
      const lane: Promise<void> = this.#run(batch, slot).finally(() => {
        this.#slots.push(slot);
        for (const { key } of batch) this.#inFlight.delete(keyText(key));
        this.#running.delete(lane);
        this.#begin();
      });
      this.#running.add(lane);
    }
  }

  /** A workflow that is being drained waits for that drain to end: the events of its wake-up may have come too late. */
  #take(): Waiter[] {
    const batch: Waiter[] = [];
    for (const [text, waiter] of this.#waiting) {
      if (this.#inFlight.has(text)) continue;
      batch.push(waiter);
      if (batch.length >= this.#context.limits.workflows) break;
    }
    for (const { key } of batch) {
      this.#waiting.delete(keyText(key));
      this.#inFlight.add(keyText(key));
    }
    return batch;
  }

  async #run(batch: readonly Waiter[], slot: number): Promise<void> {
    const { logger, metrics } = this.#context;
    const origins = batch.flatMap((waiter) => waiter.origins).slice(0, NAMED_REQUESTS);
    const about = { requestIds: [...new Set(origins.map(({ requestId }) => requestId))], workflows: batch.length };
    try {
      const causes = origins.map(({ traceparent }) => traceparent);
      const { failed, events } = await this.#drainBatch(batch, slot, causes);
      for (const { key, resolve, reject } of batch) {
        const text = keyText(key);
        if (failed.has(text)) reject(failed.get(text));
        else resolve();
      }
      logger.debug({ ...about, events }, 'drained');
      metrics.failures.inc(failed.size);
      if (failed.size > 0) {
        const [error] = failed.values();
        logger.warn(
          { error, ...about, failed: failed.size },
          'some workflows could not be drained; their events stay pending and are tried again',
        );
      }
    } catch (error) {
      metrics.failures.inc();
      logger.warn({ error, ...about }, 'a drain failed; its events stay pending and are tried again');
      for (const { reject } of batch) reject(error);
    }
  }

  /** @param causes spans of the requests that wait for it */
  #drainBatch(batch: readonly Waiter[], slot: number, causes: readonly (string | undefined)[]): Promise<DrainReport> {
    const { limits, tracing } = this.#context;
    const keys = batch.map(({ key }) => key);
    const attributes = { 'wm.workflows': keys.length };
    return tracing.span('drain', { kind: 'consumer', causes, attributes }, async (span) => {
      const request = { slot, room: roomBeside(keys, limits), sweeping: false, waitForHeld: true };
      const report = await drainWorkflows(this.#context, keys, request);
      span.note({ 'wm.events': report.events, 'wm.failed': report.failed.size });
      return report;
    });
  }
}

function withResolvers(): Pick<Waiter, 'promise' | 'resolve' | 'reject'> {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
