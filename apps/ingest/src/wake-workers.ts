/** Tells the workers which workflows have new events, beside the answer and never in its way. */
import type { StorableEvent } from '@wm/events';
import type { WakeUps } from '@wm/queue';
import type { Logger } from '@wm/runtime';
import { RareLog } from './rare-log.ts';

export class WorkerWaker {
  readonly #wakeUps: WakeUps;
  readonly #log: RareLog;
  readonly #onFailure: () => void;
  #gathered: (readonly StorableEvent[])[] = [];
  readonly #underway = new Set<Promise<void>>();

  constructor(wakeUps: WakeUps, logger: Logger, onFailure: () => void) {
    this.#wakeUps = wakeUps;
    this.#log = new RareLog(logger);
    this.#onFailure = onFailure;
  }

  /**
   * Returns at once; the wake-up is bounded in time by itself. One per workflow, for the events that are stored. What is
   * written together is told together: with the queue on PostgreSQL, a call per request would cost as much as the events.
   */
  wake(events: readonly StorableEvent[]): void {
    if (events.length === 0) return;
    this.#gathered.push(events);
    if (this.#gathered.length === 1) setImmediate(() => this.#flush());
  }

  /** Waits for what is underway, then lets go of the queue. */
  async close(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underway);
    await this.#wakeUps.close();
  }

  #flush(): void {
    if (this.#gathered.length === 0) return;
    const events = this.#gathered.flat();
    this.#gathered = [];
    const sending: Promise<void> = this.#send(events).finally(() => this.#underway.delete(sending));
    this.#underway.add(sending);
  }

  async #send(events: readonly StorableEvent[]): Promise<void> {
    const outcome = await this.#wakeUps.wake(byWorkflow(events)).catch(() => 'failed' as const);
    if (outcome === 'sent') return;
    this.#onFailure();
    this.#log.warn(
      {},
      'The queue cannot be told about new events. They are stored and acknowledged; the sweeper of the workers takes them up some seconds later. Look at REDIS_URL and its server.',
    );
  }
}

function byWorkflow(events: readonly StorableEvent[]): Parameters<WakeUps['wake']>[0] {
  const wakeUps = new Map<
    string,
    { key: { env: string; serviceKey: string; workflowId: string }; eventIds: string[] }
  >();
  for (const { env, serviceKey, workflowId, id } of events) {
    const name = JSON.stringify([env, serviceKey, workflowId]);
    const known = wakeUps.get(name);
    if (known === undefined) wakeUps.set(name, { key: { env, serviceKey, workflowId }, eventIds: [id] });
    else known.eventIds.push(id);
  }
  return [...wakeUps.values()];
}
