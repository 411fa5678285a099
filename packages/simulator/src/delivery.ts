/** How a client posts what its executions emitted, and what the network makes of it. */
import type { SimulatedEvent, Slice } from './execution.ts';
import type { Random } from './random.ts';

/** A request body on its way. */
export interface Delivery {
  /** When the server has received it, milliseconds since the epoch (virtual time). */
  readonly at: number;
  readonly body: { readonly events: readonly SimulatedEvent[] };
}

export interface DeliveryOptions {
  /** A slice is flushed whenever it has this many events, and at its end. The client's default is 100. */
  readonly flushAt?: number | undefined;
  /** Share of batches whose first tries fail, so that later batches overtake them. 2 of 559 workflows were seen. */
  readonly delayedShare?: number | undefined;
  /** Share of batches that arrive, whose answer is lost, and that arrive again. */
  readonly repeatedShare?: number | undefined;
  /** Share of batches that the client gives up on. Their events never arrive. */
  readonly lostShare?: number | undefined;
}

/** A batch whose tries fail is sent again after 1, 2 and 4 seconds: these are the moments, from the first try. */
const TRIES_AT_MS = [0, 1000, 3000, 7000] as const;

/**
 * The requests of one workflow, in order of arrival.
 *
 * Within a slice batches keep their order, because the workflow waits for each flush; those of different slices
 * overtake each other where one is delayed.
 */
export function deliver(slices: readonly Slice[], random: Random, options: DeliveryOptions = {}): Delivery[] {
  const flushAt = options.flushAt ?? 100;
  const deliveries: Delivery[] = [];
  for (const slice of slices) {
    let earliest = 0;
    for (let from = 0; from < slice.events.length; from += flushAt) {
      const events = slice.events.slice(from, from + flushAt);
      const full = from + flushAt < slice.events.length;
      const sentAt = Math.max(earliest, full ? Date.parse(events.at(-1)!.timestamp) : slice.endsAt);
      const arrivals = arrivalsOf(sentAt, random, options);
      const body = { events };
      for (const at of arrivals) deliveries.push({ at, body });
      earliest = arrivals.at(-1) ?? sentAt + TRIES_AT_MS[3];
    }
  }
  return deliveries.sort((a, b) => a.at - b.at);
}

function arrivalsOf(sentAt: number, random: Random, options: DeliveryOptions): number[] {
  const { delayedShare = 0.01, repeatedShare = 0.01, lostShare = 0 } = options;
  const latency = (): number => Math.round(Math.min(random.logNormal(4, 0.6), 500));
  const fate = random.next();
  const failed = random.int(1, 3);
  const first = sentAt + latency();
  if (fate < lostShare) return [];
  if (fate < lostShare + delayedShare) return [sentAt + TRIES_AT_MS[failed]! + latency()];
  if (fate < lostShare + delayedShare + repeatedShare) return [first, sentAt + TRIES_AT_MS[failed]! + latency()];
  return [first];
}

/** All events of some deliveries, in order of arrival, repeated ones as often as they arrive. */
export function eventsOf(deliveries: Iterable<Delivery>): SimulatedEvent[] {
  return [...deliveries].flatMap((delivery) => delivery.body.events);
}
