/** A service of ordinary size: a small workflow now and then, and how long each took until it could be read. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from '@wm/store';
import { finishedWorkflow } from './flood-bodies.ts';

const QUIET_SERVICE = 'quiet-service';

export interface QuietOutcome {
  readonly workflows: number;
  /** From the first try of a request until its last event is in the state of the workflow, milliseconds. */
  readonly freshMs: number[];
  /** From the first try to the acknowledgement, milliseconds. */
  readonly ackMs: number[];
  /** Workflows whose request was given up after its last try, as the real client does. */
  readonly dropped: number;
  /** Tries that were not answered with 202. */
  readonly failedTries: number;
}

const EVERY_MS = 100;
const LOOK_EVERY_MS = 20;
const RESEND_AFTER_MS = [1_000, 2_000, 4_000];
const GIVE_UP_MS = 120_000;

interface Outstanding {
  readonly sentAt: number;
  readonly events: number;
}

/** Sends until the signal comes, then waits until everything acknowledged can be read. */
export async function runQuietService(url: string, sql: Sql, name: string, signal: AbortSignal): Promise<QuietOutcome> {
  return new QuietService(url, sql, name).run(signal);
}

class QuietService {
  readonly #url: string;
  readonly #sql: Sql;
  readonly #name: string;
  /** By workflow id: what was sent and cannot be read yet. */
  readonly #outstanding = new Map<string, Outstanding>();
  readonly #sends = new Set<Promise<void>>();
  readonly #freshMs: number[] = [];
  readonly #ackMs: number[] = [];
  readonly #counts = { workflows: 0, dropped: 0, failedTries: 0 };

  constructor(url: string, sql: Sql, name: string) {
    this.#url = url;
    this.#sql = sql;
    this.#name = name;
  }

  async run(signal: AbortSignal): Promise<QuietOutcome> {
    const watching = this.#watch(signal);
    while (!signal.aborted) {
      const sending: Promise<void> = this.#send(this.#counts.workflows++).finally(() => this.#sends.delete(sending));
      this.#sends.add(sending);
      await pause(EVERY_MS);
    }
    await watching;
    return { ...this.#counts, freshMs: this.#freshMs, ackMs: this.#ackMs };
  }

  async #send(index: number): Promise<void> {
    const { id, events, body } = workflow(this.#name, index);
    const sentAt = performance.now();
    this.#outstanding.set(id, { sentAt, events });
    for (const again of [...RESEND_AFTER_MS, null]) {
      if (await this.#post(body)) {
        this.#ackMs.push(performance.now() - sentAt);
        return;
      }
      this.#counts.failedTries += 1;
      if (again !== null) await pause(again);
    }
    this.#counts.dropped += 1;
    this.#outstanding.delete(id);
  }

  async #post(body: string): Promise<boolean> {
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${this.#url}/v1/events`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status === 202;
    } catch {
      return false;
    }
  }

  /** Looks for what was sent until nothing is outstanding any more. */
  async #watch(signal: AbortSignal): Promise<void> {
    const isDone = (): boolean => signal.aborted && this.#sends.size === 0 && this.#outstanding.size === 0;
    let giveUpAt = Infinity;
    while (!isDone()) {
      if (signal.aborted) giveUpAt = Math.min(giveUpAt, performance.now() + GIVE_UP_MS);
      if (performance.now() > giveUpAt)
        throw new Error(`${this.#outstanding.size} workflows of the quiet service never came.`);
      await this.#look();
      await pause(LOOK_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    const ids = [...this.#outstanding.keys()];
    if (ids.length === 0) return;
    const sql = this.#sql;
    const rows = await sql<{ id: string; events: number }[]>`
      SELECT workflow_id AS id, event_count AS events FROM workflows
      WHERE service_key = ${QUIET_SERVICE} AND workflow_id = ANY(${ids}) AND latest`;
    const now = performance.now();
    for (const { id, events } of rows) {
      const waiting = this.#outstanding.get(id);
      if (waiting === undefined || events < waiting.events) continue;
      this.#freshMs.push(now - waiting.sentAt);
      this.#outstanding.delete(id);
    }
  }
}

function workflow(name: string, index: number): { id: string; events: number; body: string } {
  const id = `quiet-${name}-${index}`;
  const events = finishedWorkflow(Date.now()).map((event) => ({
    ...event,
    eventId: crypto.randomUUID(),
    serviceKey: QUIET_SERVICE,
    workflowId: id,
  }));
  return { id, events: events.length, body: JSON.stringify({ events }) };
}
