import { deliver, planWorkflow, createRandom } from '@wm/simulator';
import type { Delivery } from '@wm/simulator';
import type { Requests, Workload } from './measurement.ts';

/**
 * What the document's tables and states can hold, by share of the traffic: every workflow has a start and arrives in
 * order, there are no jobs, no cancellations and nothing odd. Our pipeline gets the same.
 */
const MIX: readonly { readonly scenario: string; readonly weight: number }[] = [
  { scenario: 'success', weight: 55 },
  { scenario: 'retry, then success', weight: 15 },
  { scenario: 'sleep', weight: 10 },
  { scenario: 'parallel steps', weight: 5 },
  { scenario: 'no retry configured', weight: 5 },
  { scenario: 'retries exhausted', weight: 4 },
  { scenario: 'timeout not reached', weight: 3 },
  { scenario: 'caught failure', weight: 3 },
];

const HOUR_MS = 3_600_000;
const START_AT = Date.now() - HOUR_MS;
/** A day earlier, so that its rows can be told from the measured ones: those of the rollups by their minute alone. */
const WARM_UP_AT = START_AT - 24 * HOUR_MS;
const CALM = { delayedShare: 0, repeatedShare: 0 };

const WARM_UP_EVENTS = 4000;

/** @param warmUpEvents at least so many events are handled before the measured ones */
export function createWorkload(seed: number, leastEvents: number, warmUpEvents = WARM_UP_EVENTS): Workload {
  return {
    warmUp: requestsOf(seed + 1_000_000, warmUpEvents, WARM_UP_AT),
    measured: requestsOf(seed, leastEvents),
    measuredFrom: new Date(START_AT - HOUR_MS),
  };
}

/** The same with long runs, so that about 2 requests in 100 are full: the client sends when it has 100 events. */
const MIX_WITH_FULL_REQUESTS = [...MIX, { scenario: 'long run', weight: 3 }];
const FULL_REQUEST = 100;

/** Requests as small and large as the client's: most of 2 to 20 events, some of 100. */
export function requestsOfAllSizes(seed: number, leastEvents: number): Requests {
  return requestsOf(seed, leastEvents, START_AT, MIX_WITH_FULL_REQUESTS);
}

/** Requests of 100 events each; of a long run only those. */
export function fullRequests(seed: number, leastEvents: number): Requests {
  // A fifth of the events is in requests that are not full.
  const requests = requestsOf(seed, leastEvents * 1.4, START_AT, [{ scenario: 'long run', weight: 1 }]);
  return requests
    .filter(({ events }) => events.length === FULL_REQUEST)
    .slice(0, Math.ceil(leastEvents / FULL_REQUEST));
}

/** The requests of as many workflows as make at least `leastEvents` events, in order of arrival. */
export function requestsOf(seed: number, leastEvents: number, beginAt = START_AT, mix = MIX): Requests {
  const random = createRandom('workload', seed);
  const deliveries: Delivery[] = [];
  for (let index = 0, events = 0; events < leastEvents; index += 1) {
    const { scenario } = random.weighted(mix);
    const startAt = beginAt + index * 40;
    const pace = { speed: 60, longestWaitMs: 10_000 };
    const { slices } = planWorkflow(seed, { index, startAt, scenario, pace });
    deliveries.push(...deliver(slices, random, CALM));
    events += slices.reduce((sum, slice) => sum + slice.events.length, 0);
  }
  return deliveries.sort((a, b) => a.at - b.at).map(({ body }) => body);
}
