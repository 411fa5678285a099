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

const START_AT = Date.now() - 3_600_000;
const CALM = { delayedShare: 0, repeatedShare: 0 };

const WARM_UP_EVENTS = 4000;

export function createWorkload(seed: number, leastEvents: number): Workload {
  return { warmUp: requestsOf(seed + 1_000_000, WARM_UP_EVENTS), measured: requestsOf(seed, leastEvents) };
}

/** The requests of as many workflows as make at least `leastEvents` events, in order of arrival. */
function requestsOf(seed: number, leastEvents: number): Requests {
  const random = createRandom('workload', seed);
  const deliveries: Delivery[] = [];
  for (let index = 0, events = 0; events < leastEvents; index += 1) {
    const { scenario } = random.weighted(MIX);
    const startAt = START_AT + index * 40;
    const pace = { speed: 60, longestWaitMs: 10_000 };
    const { slices } = planWorkflow(seed, { index, startAt, scenario, pace });
    deliveries.push(...deliver(slices, random, CALM));
    events += slices.reduce((sum, slice) => sum + slice.events.length, 0);
  }
  return deliveries.sort((a, b) => a.at - b.at).map(({ body }) => body);
}
