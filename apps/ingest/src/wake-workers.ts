/** Tells the workers which workflows have new events, beside the answer and never in its way. */
import { setTimeout as pause } from 'node:timers/promises';
import type { StorableEvent } from '@wm/events';
import type { WakeUps } from '@wm/queue';
import { RareLog } from '@wm/runtime';
import type { Logger, Origin, Tracing } from '@wm/runtime';

type WakeUp = Parameters<WakeUps['wake']>[0][number];

/** More in one call would hold up the event loop: 100,000 did so for two seconds. */
const WAKE_UPS_PER_CALL = 1_000;
/**
 * A busy service tells the queue so often at most; the first wake-up after a pause goes at once. With 20 ms the queue took
 * a seventh of ingest's processor time.
 */
const GATHER_MS = 50;
/** Requests that a line of the log names. */
const NAMED_REQUESTS = 20;

export interface WorkerWakerOptions {
  logger: Logger;
  onFailure: () => void;
  tracing: Tracing;
}

export class WorkerWaker {
  readonly #wakeUps: WakeUps;
  readonly #log: RareLog;
  readonly #onFailure: () => void;
  readonly #tracing: Tracing;
  /** By workflow. */
  #gathered = new Map<string, WakeUp>();
  #sending: Promise<void> | null = null;
  #closing = false;

  constructor(wakeUps: WakeUps, { logger, onFailure, tracing }: WorkerWakerOptions) {
    this.#wakeUps = wakeUps;
    this.#log = new RareLog(logger);
    this.#onFailure = onFailure;
    this.#tracing = tracing;
  }

  /**
   * Returns at once; the wake-up is bounded in time by itself. One call is under way at a time: what comes meanwhile is
   * told together, each workflow once, so that the queue has less to do the busier it gets.
   */
  wake(events: readonly StorableEvent[], origin: Origin): void {
    if (events.length === 0) return;
    // Only the names: the queue may be slow, and the payloads must not wait for it.
    for (const { env, serviceKey, workflowId } of events) {
      const name = `${env}\0${serviceKey}\0${workflowId}`;
      if (!this.#gathered.has(name)) this.#gathered.set(name, { key: { env, serviceKey, workflowId }, origin });
    }
    this.#sending ??= this.#sendAll();
  }

  /** Waits for what is underway, then lets go of the queue. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#sending;
    await this.#wakeUps.close();
  }

  /** Begins after the current turn of the event loop: what was committed together is told together. */
  async #sendAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#gathered.size > 0) {
      const wakeUps = [...this.#gathered.values()];
      this.#gathered = new Map();
      await Promise.all([this.#send(wakeUps), this.#closing ? null : pause(GATHER_MS)]);
    }
    this.#sending = null;
  }

  /** The first failure ends it: a queue that is too slow for the beginning is not told the rest as well. */
  async #send(wakeUps: readonly WakeUp[]): Promise<void> {
    const causes = wakeUps.map(({ origin }) => origin?.traceparent);
    const outcome = await this.#tracing.span('wake-up', { kind: 'producer', causes }, async (span) => {
      const sent = await this.#sendInPieces(wakeUps);
      span.note({ 'wm.workflows': wakeUps.length, 'wm.outcome': sent });
      return sent;
    });
    if (outcome === 'sent') return;
    this.#onFailure();
    const requestIds = new Set(wakeUps.flatMap(({ origin }) => origin?.requestId ?? []));
    this.#log.warn(
      { requestIds: [...requestIds].slice(0, NAMED_REQUESTS) },
      'The queue cannot be told about new events. They are stored and acknowledged; the sweeper of the workers takes them up some seconds later. Look at REDIS_URL and its server.',
    );
  }

  async #sendInPieces(wakeUps: readonly WakeUp[]): Promise<'sent' | 'failed'> {
    let outcome: 'sent' | 'failed' = 'sent';
    for (let from = 0; from < wakeUps.length && outcome === 'sent'; from += WAKE_UPS_PER_CALL) {
      const some = wakeUps.slice(from, from + WAKE_UPS_PER_CALL);
      outcome = await this.#wakeUps.wake(some).catch(() => 'failed' as const);
    }
    return outcome;
  }
}
