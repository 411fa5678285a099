/** The simulator's workflows, posted at their time, with an event now and then that cannot be placed. */
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom, generateTraffic } from '@wm/simulator';
import type { Random } from '@wm/simulator';
import type { Tracker } from './tracker.ts';

export interface TrafficOptions {
  readonly seed: number;
  /** Events per second. */
  readonly rate: number;
  readonly lengthMs: number;
  readonly signal: AbortSignal;
}

/** Waits are short, so that runs end while there is traffic; batches overtake each other and come twice far more often than in life. */
const HABITS = { pace: { speed: 60, longestWaitMs: 8_000 }, delayedShare: 0.06, repeatedShare: 0.04, flushAt: 20 };
const REJECT_SHARE = 0.02;
/** Requests that may wait at once; beyond it the traffic falls behind, as when all workflows wait. */
const MOST_IN_FLIGHT = 1_000;

/** Resolves when the time is up; what is under way goes on. */
export async function runTraffic(tracker: Tracker, { seed, rate, lengthMs, signal }: TrafficOptions): Promise<void> {
  const startAt = Date.now();
  const until = startAt + lengthMs;
  const random = createRandom('rejects', seed);
  for (const { at, body } of generateTraffic({ seed, rate, startAt, workflows: Number.POSITIVE_INFINITY, ...HABITS })) {
    do {
      const waitMs = Math.min(Math.max(at, startAt), until) - Date.now();
      await pause(tracker.counts.inFlight > MOST_IN_FLIGHT ? 50 : Math.max(0, waitMs), undefined, { signal });
    } while (tracker.counts.inFlight > MOST_IN_FLIGHT && Date.now() < until);
    if (Date.now() >= until) return;
    void tracker.post(random.chance(REJECT_SHARE) ? withReject(body.events, random) : body);
  }
}

/** The batch with one more event, of which the time cannot be read: that one is to be set aside, the others not. */
function withReject(events: readonly object[], random: Random): object {
  const odd = { ...events[0], eventId: `odd-${random.hex(16)}`, timestamp: 'yesterday' };
  return { events: events.toSpliced(random.int(0, events.length), 0, odd) };
}
