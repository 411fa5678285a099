import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Delivery } from '@wm/simulator';
import { pause } from './simulate-post.ts';
import type { Poster } from './simulate-post.ts';
import type { Tally } from './simulate-tally.ts';

export interface RunOptions {
  readonly deliveries: Iterable<Delivery>;
  readonly poster: Poster;
  readonly tally: Tally;
  /** When to send no more, milliseconds since the epoch; what is under way is still finished. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/** Requests that may wait for an answer at once, those between two tries included. Beyond it the traffic falls behind. */
const MOST_IN_FLIGHT = 1000;

/** Posts each delivery at its time, many at once, and resolves when all have ended. */
export async function runTraffic({ deliveries, poster, tally, until, signal }: RunOptions): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let oneEnded = (): void => {};
  const post = async (body: Delivery['body']): Promise<void> => {
    tally.inFlight += 1;
    const outcome = await poster.post(body);
    tally.inFlight -= 1;
    tally.record(body.events.length, outcome);
    oneEnded();
  };
  for (const { at, body } of deliveries) {
    await pauseUntil(Math.min(at, until), signal);
    if (tally.inFlight >= MOST_IN_FLIGHT) await new Promise<void>((resolve) => (oneEnded = resolve));
    if (signal.aborted || Date.now() >= until) break;
    const sent = post(body);
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  }
  await Promise.all(underWay);
}

async function pauseUntil(at: number, signal: AbortSignal): Promise<void> {
  const waitMs = at - Date.now();
  // Timers take 2^31 milliseconds at most; what lies further ahead is waited for in parts.
  if (waitMs > 86_400_000) {
    await pause(86_400_000, signal);
    if (!signal.aborted) await pauseUntil(at, signal);
  } else if (waitMs > 0) await pause(waitMs, signal);
  else await nextTurn();
}
