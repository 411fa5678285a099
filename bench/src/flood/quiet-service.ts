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
  const outstanding = new Map<string, Outstanding>();
  const freshMs: number[] = [];
  const ackMs: number[] = [];
  const counts = { workflows: 0, dropped: 0, failedTries: 0 };
  const sends = new Set<Promise<void>>();

  const post = async (body: string): Promise<boolean> => {
    try {
      const answer = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await answer.arrayBuffer();
      return answer.status === 202;
    } catch {
      return false;
    }
  };
  const send = async (index: number): Promise<void> => {
    const { id, events, body } = workflow(name, index);
    const sentAt = performance.now();
    outstanding.set(id, { sentAt, events });
    for (const again of [...RESEND_AFTER_MS, null]) {
      if (await post(body)) {
        ackMs.push(performance.now() - sentAt);
        return;
      }
      counts.failedTries += 1;
      if (again !== null) await pause(again);
    }
    counts.dropped += 1;
    outstanding.delete(id);
  };
  const look = async (): Promise<void> => {
    const ids = [...outstanding.keys()];
    if (ids.length === 0) return;
    const rows = await sql<{ id: string; events: number }[]>`
      SELECT workflow_id AS id, event_count AS events FROM workflows
      WHERE service_key = ${QUIET_SERVICE} AND workflow_id = ANY(${ids}) AND latest`;
    const now = performance.now();
    for (const { id, events } of rows) {
      const waiting = outstanding.get(id);
      if (waiting === undefined || events < waiting.events) continue;
      freshMs.push(now - waiting.sentAt);
      outstanding.delete(id);
    }
  };
  const watch = async (): Promise<void> => {
    const until = (): boolean => signal.aborted && sends.size === 0 && outstanding.size === 0;
    let giveUpAt = Infinity;
    while (!until()) {
      if (signal.aborted) giveUpAt = Math.min(giveUpAt, performance.now() + GIVE_UP_MS);
      if (performance.now() > giveUpAt)
        throw new Error(`${outstanding.size} workflows of the quiet service never came.`);
      await look();
      await pause(LOOK_EVERY_MS);
    }
  };

  const watching = watch();
  while (!signal.aborted) {
    const sending: Promise<void> = send(counts.workflows++).finally(() => sends.delete(sending));
    sends.add(sending);
    await pause(EVERY_MS);
  }
  await watching;
  return { ...counts, freshMs, ackMs };
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
