/** Tells the workers which workflows have new events, beside the answer and never in its way. */
import type { StorableEvent } from '@wm/events';
import type { WakeUps } from '@wm/queue';
import { RareLog } from '@wm/runtime';
import type { Logger, Origin, Tracing } from '@wm/runtime';

type WakeUp = Parameters<WakeUps['wake']>[0][number];

/** More in one call would hold up the event loop: 100,000 did so for two seconds. */
const WAKE_UPS_PER_CALL = 500;
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
  #gathered: WakeUp[] = [];
  readonly #underway = new Set<Promise<void>>();

  constructor(wakeUps: WakeUps, { logger, onFailure, tracing }: WorkerWakerOptions) {
    this.#wakeUps = wakeUps;
    this.#log = new RareLog(logger);
    this.#onFailure = onFailure;
    this.#tracing = tracing;
  }

  /**
   * Returns at once; the wake-up is bounded in time by itself. One per workflow, for the events that are stored. What is
   * written together is told together: with the queue on PostgreSQL, a call per request would cost as much as the events.
   */
  wake(events: readonly StorableEvent[], origin: Origin): void {
    if (events.length === 0) return;
    if (this.#gathered.length === 0) setImmediate(() => this.#flush());
    // Only the ids: the queue may be slow, and the payloads must not wait for it.
    for (const wakeUp of byWorkflow(events)) this.#gathered.push({ ...wakeUp, origin });
  }

  /** Waits for what is underway, then lets go of the queue. */
  async close(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underway);
    await this.#wakeUps.close();
  }

  #flush(): void {
    if (this.#gathered.length === 0) return;
    const wakeUps = this.#gathered;
    this.#gathered = [];
    const sending: Promise<void> = this.#send(wakeUps).finally(() => this.#underway.delete(sending));
    this.#underway.add(sending);
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

function byWorkflow(events: readonly StorableEvent[]): Iterable<WakeUp> {
  const wakeUps = new Map<string, WakeUp & { eventIds: string[] }>();
  for (const { env, serviceKey, workflowId, id } of events) {
    const name = JSON.stringify([env, serviceKey, workflowId]);
    const known = wakeUps.get(name);
    if (known === undefined) wakeUps.set(name, { key: { env, serviceKey, workflowId }, eventIds: [id] });
    else known.eventIds.push(id);
  }
  return wakeUps.values();
}
