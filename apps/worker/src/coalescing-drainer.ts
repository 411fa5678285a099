/** Gathers the wake-ups that are active at once into common drains. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowKey } from '@wm/projection';
import type { Origin } from '@wm/runtime';
import { keyText } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { drainWorkflows, roomBeside } from './drain-workflows.ts';
import type { DrainReport } from './drain-workflows.ts';

/** Requests that a line of the log, or a trace, names. */
const NAMED_REQUESTS = 50;

/** Another worker drains the workflow: look again after this. It may have taken our events too; then nothing is left to do. */
const HELD_PAUSE_MS = 20;

interface Waiter {
  key: WorkflowKey;
  /** The requests that wait for it, the first ones. */
  origins: Origin[];
  /** Since when another worker has had it, performance.now(). */
  heldSince: number | null;
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
  /** Workflows whose late events gather, and what ends that. */
  readonly #resting = new Map<string, () => void>();

  /** @param slots one rollup slot for each drain that may run at the same time */
  constructor(context: DrainContext, slots: readonly number[]) {
    this.#context = context;
    this.#slots = [...slots];
  }

  /**
   * Resolves when drains that began after this call have committed and left nothing of the workflows pending.
   * Rejects when one failed; its events stay pending then.
   *
   * @param origins requests that the wake-up is about, for the log and the trace
   */
  async drain(keys: readonly WorkflowKey[], origins: readonly Origin[] = []): Promise<void> {
    const drained = Promise.all(keys.map((key, index) => this.#join(key, index === 0 ? origins : [])));
    this.#begin();
    await drained;
  }

  #join(key: WorkflowKey, origins: readonly Origin[]): Promise<void> {
    const text = keyText(key);
    if (this.#resting.has(text)) return Promise.resolve();
    const known = this.#waiting.get(text);
    if (known !== undefined) {
      known.origins.push(...origins.slice(0, NAMED_REQUESTS - known.origins.length));
      return known.promise;
    }
    const { promise, resolve, reject } = withResolvers();
    this.#waiting.set(text, { key, origins: [...origins], heldSince: null, promise, resolve, reject });
    return promise;
  }

  /** Drains at once what rests after a long refold: this process stops. */
  endRests(): void {
    this.#context.rests.end();
    for (const end of this.#resting.values()) end();
  }

  /** Its late events gather until it has rested; wake-ups that come meanwhile have nothing to add. */
  #rest(key: WorkflowKey): void {
    const text = keyText(key);
    if (this.#resting.has(text)) return;
    const end = (): void => {
      clearTimeout(timer);
      this.#resting.delete(text);
      // Whoever waited has gone: what fails here stays pending, and is in the log.
      this.#join(key, []).catch(() => {});
      this.#begin();
    };
    const timer = setTimeout(end, this.#context.rests.left(key) + 1);
    this.#resting.set(text, end);
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
      const { failed, held, resting, events } = await this.#drainBatch(batch, slot, causes);
      const heldNames = new Set(held.map(keyText));
      this.#lookAgain(batch.filter(({ key }) => heldNames.has(keyText(key))));
      for (const key of resting) this.#rest(key);
      for (const { key, resolve, reject } of batch) {
        const text = keyText(key);
        if (failed.has(text)) reject(failed.get(text));
        else if (!heldNames.has(text)) resolve();
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

  /** Never waits for the lock itself: a lane that stands still would hold up every other workflow. */
  #lookAgain(waiters: readonly Waiter[]): void {
    if (waiters.length === 0) return;
    const looking: Promise<void> = pause(HELD_PAUSE_MS).finally(() => {
      this.#running.delete(looking);
      for (const waiter of waiters) this.#putBack(waiter);
      this.#begin();
    });
    this.#running.add(looking);
  }

  #putBack(waiter: Waiter): void {
    const text = keyText(waiter.key);
    const newer = this.#waiting.get(text);
    waiter.heldSince ??= performance.now();
    if (newer !== undefined) void newer.promise.then(waiter.resolve, waiter.reject);
    else if (performance.now() - waiter.heldSince < this.#context.limits.lockTimeoutMs) this.#waiting.set(text, waiter);
    else
      waiter.reject(new Error('Another worker has been draining the workflow for too long; it is tried again later.'));
  }

  /** @param causes spans of the requests that wait for it */
  #drainBatch(batch: readonly Waiter[], slot: number, causes: readonly (string | undefined)[]): Promise<DrainReport> {
    const { limits, tracing } = this.#context;
    const keys = batch.map(({ key }) => key);
    const attributes = { 'wm.workflows': keys.length };
    return tracing.span('drain', { kind: 'consumer', causes, attributes }, async (span) => {
      const request = { slot, room: roomBeside(keys, limits), sweeping: false };
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
