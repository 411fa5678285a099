import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, Registry };

/**
 * A registry of its own for one service, with Node's process figures in it and `service` on every series. Make every
 * metric with `registers: [registry]`: the library's global registry stays empty, so that tests do not meet in it.
 */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
