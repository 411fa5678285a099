import { readFileSync } from 'node:fs';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, Registry };

/**
 * A registry of its own for one service, with Node's process figures and the build in it and `service` on every series.
 * Make every metric with `registers: [registry]`: the library's global registry stays empty, so that tests do not meet
 * in it.
 */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'wm_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: buildVersion(), node: process.versions.node }, 1);
  return registry;
}

/** The version of the whole repository. */
function buildVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** One reading of a gauge: a value and, where the gauge has labels, theirs. */
export interface Reading {
  labels?: Record<string, string>;
  value: number;
}

/**
 * A gauge that is read whenever somebody scrapes. A reading that is missing takes its series away, so that what is not
 * known is not shown as what it was.
 *
 * @param labelNames of every reading
 * @param read never rejects, and is bounded in time: a scrape waits for it
 */
export function addGauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  read: () => readonly Reading[] | Promise<readonly Reading[]>,
): void {
  // Shown by the registry, which keeps it.
  void new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      const readings = await read();
      this.reset();
      if (labelNames.length === 0 && readings.length === 0) this.remove();
      for (const { labels = {}, value } of readings) this.set(labels, value);
    },
  });
}

/** How busy a pool of database connections is. */
interface PoolUse {
  size: number;
  used: number;
  waiting: number;
}

/** @param pools by name; read at every scrape */
export function addPoolMetrics(registry: Registry, pools: () => Record<string, PoolUse>): void {
  const gauge = (name: string, help: string, pick: (use: PoolUse) => number): void =>
    addGauge(registry, name, help, ['pool'], () =>
      Object.entries(pools()).map(([pool, use]) => ({ labels: { pool }, value: pick(use) })),
    );
  gauge('wm_database_pool_size', 'Connections that the pool may have', (use) => use.size);
  gauge('wm_database_pool_used', 'Transactions and statements under way, up to the size', (use) => use.used);
  gauge('wm_database_pool_waiting', 'Transactions and statements that wait for a connection', (use) => use.waiting);
}
