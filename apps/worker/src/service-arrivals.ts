/** When each service was last written down, so that a drain touches the services table at most every ten seconds. */
import type { PendingEvent, ServiceArrival } from '@wm/store';

const EVERY_MS = 10_000;

export class ServiceArrivals {
  readonly #known = new Map<string, ServiceArrival>();

  /** The services among these events that are due to be written; sorted by key. */
  due(events: readonly PendingEvent[]): ServiceArrival[] {
    const arrivals = new Map<string, ServiceArrival>();
    for (const { key, receivedAt } of events) {
      const arrival = arrivals.get(key.serviceKey) ?? { serviceKey: key.serviceKey, environments: [], lastEventAt: 0 };
      if (!arrival.environments.includes(key.env)) arrival.environments.push(key.env);
      arrival.lastEventAt = Math.max(arrival.lastEventAt, receivedAt);
      arrivals.set(key.serviceKey, arrival);
    }
    return [...arrivals.values()]
      .filter((arrival) => this.#isDue(arrival))
      .map((arrival) => ({ ...arrival, environments: arrival.environments.sort() }))
      .sort((a, b) => (a.serviceKey < b.serviceKey ? -1 : 1));
  }

  /** To be called after the commit only: what was rolled back must be written again. */
  remember(arrivals: readonly ServiceArrival[]): void {
    for (const { serviceKey, environments, lastEventAt } of arrivals) {
      const before = this.#known.get(serviceKey);
      this.#known.set(serviceKey, {
        serviceKey,
        environments: [...new Set([...(before?.environments ?? []), ...environments])],
        lastEventAt: Math.max(before?.lastEventAt ?? 0, lastEventAt),
      });
    }
  }

  #isDue({ serviceKey, environments, lastEventAt }: ServiceArrival): boolean {
    const known = this.#known.get(serviceKey);
    if (known === undefined || lastEventAt > known.lastEventAt + EVERY_MS) return true;
    return environments.some((env) => !known.environments.includes(env));
  }
}
