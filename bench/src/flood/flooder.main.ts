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

async function flood({ url, run, rate, seconds, connections }: FloodOrder): Promise<FloodOutcome> {
  const { body } = floodBodies(run, Date.now());
  const { hostname, port } = new URL(url);
  const free: Connection[] = [];
  let open = 0;
  const outcome = { offered: 0, acknowledged: [] as number[], dropped: 0, tries: {} as Record<string, number> };
  const sends = new Set<Promise<void>>();

  const count = (what: string): void => void (outcome.tries[what] = (outcome.tries[what] ?? 0) + 1);
  const connection = async (): Promise<Connection | null> => {
    const idle = free.pop();
    if (idle !== undefined) return idle;
    if (open >= connections) return null;
    open += 1;
    return openConnection(hostname, Number(port)).catch((error: unknown) => {
      open -= 1;
      throw error;
    });
  };
  const attempt = async (n: number): Promise<boolean> => {
    let used: Connection | null = null;
    try {
      used = await connection();
      if (used === null) {
        count('no connection left');
        return false;
      }
      const status = await used.post(body(n));
      count(String(status));
      free.push(used);
      return status === 202;
    } catch {
      count('connection failed');
      if (used !== null) {
        used.close();
        open -= 1;
      }
      return false;
    }
  };
  const send = async (n: number): Promise<void> => {
    for (const again of [...RESEND_AFTER_MS, null]) {
      if (await attempt(n)) {
        outcome.acknowledged.push(n);
        break;
      }
      if (again === null) outcome.dropped += 1;
      else await pause(again);
    }
  };
  const sendNext = (): void => {
    const sending: Promise<void> = send(outcome.offered++).finally(() => sends.delete(sending));
    sends.add(sending);
  };

  const begun = performance.now();
  const until = begun + seconds * 1_000;
  if (rate === null) {
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() < until) await send(outcome.offered++);
      }),
    );
  } else {
    while (performance.now() < until) {
      const due = ((performance.now() - begun) / 1_000) * (rate / EVENTS_PER_REQUEST);
      while (outcome.offered < due) sendNext();
      await pause(TICK_MS);
    }
    await Promise.all(sends);
  }
  for (const one of free) one.close();
  return outcome;
}

process.once('message', (order: FloodOrder) => {
  void flood(order).then((outcome) => process.send!(outcome, () => process.disconnect()));
});
