/** Gathers the wake-ups that are active at once into common drains. */
import type { WorkflowKey } from '@wm/projection';
import { keyText } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { drainWorkflows } from './drain-workflows.ts';

interface Waiter {
  key: WorkflowKey;
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
   */
  drain(key: WorkflowKey): Promise<void> {
    const text = keyText(key);
    const known = this.#waiting.get(text);
    if (known !== undefined) return known.promise;
    const { promise, resolve, reject } = withResolvers();
    this.#waiting.set(text, { key, promise, resolve, reject });
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
    const { limits, logger, metrics } = this.#context;
    const keys = batch.map(({ key }) => key);
    // Half a batch of wake-ups at once means a backlog: then services take turns for the other half.
    const room = keys.length * 2 >= limits.workflows ? Math.ceil(limits.workflows / 2) : 0;
    try {
      const request = { slot, room, sweeping: false, waitForHeld: true };
      const { failed } = await drainWorkflows(this.#context, keys, request);
      for (const { key, resolve, reject } of batch) {
        const text = keyText(key);
        if (failed.has(text)) reject(failed.get(text));
        else resolve();
      }
      metrics.failures.inc(failed.size);
      if (failed.size > 0) {
        const [error] = failed.values();
        logger.warn(
          { error, workflows: failed.size },
          'some workflows could not be drained; their events stay pending and are tried again',
        );
      }
    } catch (error) {
      metrics.failures.inc();
      logger.warn({ error, workflows: keys.length }, 'a drain failed; its events stay pending and are tried again');
      for (const { reject } of batch) reject(error);
    }
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
