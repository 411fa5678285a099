/** Posts as the real event tracker does: every answer but 2xx makes it send the identical body again, then it drops it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Memory, Receipt, RememberedRequest } from './memory.ts';

const RESENDS_AFTER_MS = [1_000, 2_000, 4_000] as const;
/** Longer than any fault: a stopped service is waited for, as the real client waits. */
const ANSWER_WITHIN_MS = 30_000;

export interface TrackerCounts {
  requests: number;
  inFlight: number;
  droppedRequests: number;
  droppedEvents: number;
  /** Tries that failed, by what they failed of. */
  readonly failedTries: Record<string, number>;
}

export class Tracker {
  readonly counts: TrackerCounts = { requests: 0, inFlight: 0, droppedRequests: 0, droppedEvents: 0, failedTries: {} };
  readonly #url: string;
  readonly #memory: Memory;
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(baseUrl: string, memory: Memory, signal: AbortSignal) {
    this.#url = `${baseUrl}/v1/events`;
    this.#memory = memory;
    this.#signal = signal;
  }

  /** Resolves to whether it was acknowledged. */
  async post(body: object): Promise<boolean> {
    const sending = this.#post(this.#memory.remember(body));
    this.#underWay.add(sending);
    return sending.finally(() => this.#underWay.delete(sending));
  }

  /** Resolves when every request has ended. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #post(request: RememberedRequest): Promise<boolean> {
    const { counts } = this;
    counts.requests += 1;
    counts.inFlight += 1;
    try {
      for (const waitMs of [...RESENDS_AFTER_MS, null]) {
        if (await this.#try(request)) return true;
        if (waitMs !== null) await pause(waitMs, undefined, { signal: this.#signal }).catch(() => {});
        if (this.#signal.aborted) return false;
      }
      counts.droppedRequests += 1;
      counts.droppedEvents += request.events;
      return false;
    } finally {
      counts.inFlight -= 1;
    }
  }

  /** The client takes the status for its answer: a 2xx acknowledges even where the connection is cut behind it. */
  async #try(request: RememberedRequest): Promise<boolean> {
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: request.text,
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      const text = await answer.text().catch(() => null);
      if (answer.ok) this.#memory.acknowledge(request, text === null ? null : (JSON.parse(text) as Receipt));
      else this.#failed(`HTTP ${answer.status}`);
      return answer.ok;
    } catch (error) {
      this.#failed(causeOf(error));
      return false;
    }
  }

  #failed(what: string): void {
    const { failedTries } = this.counts;
    failedTries[what] = (failedTries[what] ?? 0) + 1;
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
