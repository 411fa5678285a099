/**
 * A service that sends far more than it should: a process of its own, so that what it does not manage to offer is not
 * taken for slowness of others. Sends at a fixed rate whatever the answers are, and each failed request again after 1, 2
 * and 4 seconds, as the real client does; then it drops it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '../pipeline/connection.ts';
import type { Connection } from '../pipeline/connection.ts';
import { EVENTS_PER_REQUEST, floodBodies } from './flood-bodies.ts';

/** What the parent asks for. */
export interface FloodOrder {
  readonly url: string;
  readonly run: number;
  /** Offered events per second; null: as many as are taken, each connection sending its next request after its answer. */
  readonly rate: number | null;
  readonly seconds: number;
  readonly connections: number;
}

export interface FloodOutcome {
  /** Requests that fell due. */
  readonly offered: number;
  /** Numbers of the requests that were acknowledged. */
  readonly acknowledged: number[];
  /** Requests that were given up after the last try. */
  readonly dropped: number;
  /** Tries by what became of them: a status, or why there was none. */
  readonly tries: Record<string, number>;
}

const RESEND_AFTER_MS = [1_000, 2_000, 4_000];
const TICK_MS = 10;

class Flooder {
  readonly #order: FloodOrder;
  readonly #body: (n: number) => string;
  /** Connections that wait for their next request. */
  readonly #free: Connection[] = [];
  #open = 0;
  readonly #sends = new Set<Promise<void>>();
  readonly #outcome = { offered: 0, acknowledged: [] as number[], dropped: 0, tries: {} as Record<string, number> };

  constructor(order: FloodOrder) {
    this.#order = order;
    this.#body = floodBodies(order.run, Date.now()).body;
  }

  async flood(): Promise<FloodOutcome> {
    const { rate, seconds } = this.#order;
    const begun = performance.now();
    const until = begun + seconds * 1_000;
    if (rate === null) await this.#asFastAsAnswered(until);
    else await this.#atRate(rate, begun, until);
    for (const one of this.#free) one.close();
    return this.#outcome;
  }

  async #asFastAsAnswered(until: number): Promise<void> {
    const sendOn = async (): Promise<void> => {
      while (performance.now() < until) await this.#send(this.#outcome.offered++);
    };
    await Promise.all(Array.from({ length: this.#order.connections }, sendOn));
  }

  async #atRate(rate: number, begun: number, until: number): Promise<void> {
    while (performance.now() < until) {
      const due = ((performance.now() - begun) / 1_000) * (rate / EVENTS_PER_REQUEST);
      while (this.#outcome.offered < due) {
        const sending: Promise<void> = this.#send(this.#outcome.offered++).finally(() => this.#sends.delete(sending));
        this.#sends.add(sending);
      }
      await pause(TICK_MS);
    }
    await Promise.all(this.#sends);
  }

  /** Tries again as the real client does, then gives up. */
  async #send(n: number): Promise<void> {
    for (const again of [...RESEND_AFTER_MS, null]) {
      if (await this.#attempt(n)) {
        this.#outcome.acknowledged.push(n);
        return;
      }
      if (again !== null) await pause(again);
    }
    this.#outcome.dropped += 1;
  }

  async #attempt(n: number): Promise<boolean> {
    let used: Connection | null = null;
    try {
      used = await this.#connection();
      if (used === null) {
        this.#count('no connection left');
        return false;
      }
      const status = await used.post(this.#body(n));
      this.#count(String(status));
      this.#free.push(used);
      return status === 202;
    } catch {
      this.#count('connection failed');
      if (used !== null) {
        used.close();
        this.#open -= 1;
      }
      return false;
    }
  }

  /** null: as many as there may be are in use. */
  async #connection(): Promise<Connection | null> {
    const idle = this.#free.pop();
    if (idle !== undefined) return idle;
    if (this.#open >= this.#order.connections) return null;
    this.#open += 1;
    const { hostname, port } = new URL(this.#order.url);
    return openConnection(hostname, Number(port)).catch((error: unknown) => {
      this.#open -= 1;
      throw error;
    });
  }

  #count(what: string): void {
    this.#outcome.tries[what] = (this.#outcome.tries[what] ?? 0) + 1;
  }
}

process.once('message', (order: FloodOrder) => {
  void new Flooder(order).flood().then((outcome) => process.send!(outcome, () => process.disconnect()));
});
