import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createRegistry, type Registry } from '@wm/runtime';
import { createSql, QUARANTINE_BYTES } from '@wm/store';
import { createTestDatabase, silentLogger } from '@wm/testkit';
import { afterEach, expect, test } from 'vitest';
import { insertEvent } from '../test/rows.ts';
import { addPipelineMetrics } from './metrics.ts';
import { PipelineReader } from './pipeline/pipeline-figures.ts';

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const COUNTS = { waiting: 3, active: 2, delayed: 1, failed: 0 };

function metricsOf(databaseUrl: string, counts: typeof COUNTS | null = COUNTS): Registry {
  const reader = new PipelineReader({ databaseUrl, queueCounts: async () => counts, logger: silentLogger() });
  cleanup.push(() => reader.close());
  const registry = createRegistry('api-test');
  addPipelineMetrics(registry, reader);
  return registry;
}

/** The series of the pipeline, without the label of the service. */
function pipelineSeries(metrics: string): Record<string, number> {
  const lines = metrics.split('\n').filter((line) => line.startsWith('wm_pipeline_'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, series = '', value] =
        /^(.*) (\S+)$/.exec(line.replace(/,?service="api-test"/, '').replace('{}', '')) ?? [];
      return [series.replace('wm_pipeline_', ''), Number(value)];
    }),
  );
}

test('what waits, whose it is, and what has its bound', async () => {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'metrics-test', max: 2 });
  cleanup.push(
    () => database.drop(),
    () => sql.end({ timeout: 1 }),
  );
  for (const [n, env] of ['production', 'production', 'staging'].entries()) {
    const event = { at: new Date('2026-03-01'), type: 'workflow.started', id: crypto.randomUUID(), pending: true };
    await insertEvent(sql, { env, serviceKey: 'orders', workflowId: `w${n}` }, event);
  }
  await sql`UPDATE pending_events SET received_at = now() - interval '90 seconds' WHERE env = 'staging'`;
  await sql`
    INSERT INTO pending_events (env, service_key, workflow_id, event_timestamp, event_id)
    SELECT 'env-' || n, 'many', 'w', now(), gen_random_uuid() FROM generate_series(1, 60) AS n`;
  await sql`INSERT INTO pipeline_counters (name, slot, value) VALUES ('swept', 0, 2), ('swept', 7, 3)`;
  await sql`
    INSERT INTO quarantined_events (hash, reason, detail, raw, discarded_at)
    VALUES ('1', 'r', 'd', '', null), ('2', 'r', 'd', repeat('x', 300)::bytea, now())`;
  const figures = pipelineSeries(await metricsOf(database.url).metrics());
  expect(figures).toMatchObject({
    scrape_ok: 1,
    'pending_events{env="staging"}': 1,
    'pending_events{env="production"}': 2,
    'pending_events{env="(others)"}': 12,
    quarantine_open: 1,
    quarantine_bytes: 300,
    quarantine_bound_bytes: QUARANTINE_BYTES,
    poisoned_events: 0,
    queue_up: 1,
    'queue_jobs{state="waiting"}': 3,
    swept_events_total: 5,
    refolds_total: 0,
    rebuild_requests: 0,
  });
  expect(figures['lag_seconds']).toBeGreaterThanOrEqual(90);
  expect(figures['service_lag_seconds{env="staging",service_key="orders"}']).toBeGreaterThanOrEqual(90);
  expect(Object.keys(figures).filter((series) => series.startsWith('service_lag'))).toHaveLength(50);
  // The migrations make the months up to the one after the next.
  expect(figures['partitions_ahead_days']).toBeGreaterThan(58);
  expect(figures['partitions_ahead_days']).toBeLessThan(93);
});

test('many scrapers cost as much as one', async () => {
  const database = await createTestDatabase();
  cleanup.push(() => database.drop());
  let asked = 0;
  const queueCounts = async () => {
    asked += 1;
    return COUNTS;
  };
  const reader = new PipelineReader({ databaseUrl: database.url, queueCounts, logger: silentLogger() });
  cleanup.push(() => reader.close());
  await Promise.all(Array.from({ length: 50 }, () => reader.read()));
  expect(asked).toBe(1);
});

test.each([
  ['is not there', async () => 'postgres://nobody@127.0.0.1:1/none'],
  ['takes connections and says nothing', silentServer],
])('a database that %s leaves the figures of the process', async (_, start) => {
  const metrics = await metricsOf(await start(), null).metrics();
  expect(pipelineSeries(metrics)).toEqual({
    scrape_ok: 0,
    queue_up: 0,
    quarantine_bound_bytes: QUARANTINE_BYTES,
    projection_code: expect.any(Number) as number,
  });
  expect(metrics).toContain('process_resident_memory_bytes');
});

async function silentServer(): Promise<string> {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`;
}
