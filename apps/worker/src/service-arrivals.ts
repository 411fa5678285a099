/** When each service was last written down, so that a drain touches the services' tables at most every ten seconds. */
import type { PendingEvent, ServiceArrival } from '@wm/store';

const EVERY_MS = 10_000;

/** As ingest flags events of the far future: no clock is that wrong, so their time says nothing. */
const FAR_FUTURE_MS = 24 * 60 * 60 * 1_000;

export class ServiceArrivals {
  /** Newest arrival written, by service and environment. */
  readonly #written = new Map<string, number>();

  /** The services among these events that are due to be written, each in each environment; sorted. */
  due(events: readonly PendingEvent[]): ServiceArrival[] {
    const arrivals = new Map<string, ServiceArrival>();
    for (const event of events) {
      const id = textOf(event.key);
      arrivals.set(id, withEvent(arrivals.get(id), event));
    }
    return [...arrivals.entries()]
      .filter(([id, { lastArrivalAt }]) => lastArrivalAt > (this.#written.get(id) ?? -Infinity) + EVERY_MS)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, arrival]) => arrival);
  }

  /** To be called after the commit only: what was rolled back must be written again. */
  remember(arrivals: readonly ServiceArrival[]): void {
    for (const arrival of arrivals) {
      const id = textOf(arrival);
      this.#written.set(id, Math.max(this.#written.get(id) ?? -Infinity, arrival.lastArrivalAt));
    }
  }
}

function textOf({ serviceKey, env }: { serviceKey: string; env: string }): string {
  return `${serviceKey}\0${env}`;
}

function withEvent(before: ServiceArrival | undefined, { key, at, receivedAt }: PendingEvent): ServiceArrival {
  const believed = at <= receivedAt + FAR_FUTURE_MS ? at : null;
  const isNewest = before === undefined || receivedAt >= before.lastArrivalAt;
  return {
    serviceKey: key.serviceKey,
    env: key.env,
    lastEventAt: newest(before?.lastEventAt ?? null, believed),
    lastArrivalAt: Math.max(before?.lastArrivalAt ?? 0, receivedAt),
    lastDelayMs: isNewest ? receivedAt - at : before.lastDelayMs,
  };
}

function newest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
