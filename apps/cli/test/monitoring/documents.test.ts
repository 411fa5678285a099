/** Alerts and dashboard ask only for what a running system shows, and somebody who is called finds what to do. */
import { createKey, createSql } from '@wm/store';
import { createTestDatabase, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAlerts, readConfig, readDashboard, readRunbook } from './documents.ts';
import { scrape, type Series } from './exposition.ts';
import { selectorsOf, type Selector } from './promql.ts';
import { anEvent, postEvents, startService } from './services.ts';

const stops: (() => Promise<unknown>)[] = [];
/** By name. Prometheus adds `up`, and to each series its job and instance. */
let shown: Map<string, Series[]>;

beforeAll(async () => {
  const database = await createTestDatabase();
  stops.push(() => database.drop());
  const keyOf = keyMaker(database.url);
  const [key, metricsKey] = [await keyOf('ingest'), await keyOf('metrics')];
  const run = async (app: 'ingest' | 'worker' | 'api'): Promise<string> => {
    const service = await startService(app, { DATABASE_URL: database.url, AUTH: 'on' });
    stops.unshift(() => service.stop());
    return service.url;
  };
  const [ingest, api] = await Promise.all([run('ingest'), run('api')]);
  const posted = await postEvents(ingest, [anEvent()], { authorization: `Bearer ${key}` });
  if (posted.status !== 202) throw new Error(`ingest answered ${posted.status}`);
  // Before anything is folded: what waits is shown, too.
  const before = await waitFor('the figures of the pipeline', async () => {
    const series = await scrape(api, metricsKey);
    return series.some(({ metric }) => metric === 'wm_pipeline_pending_events') && series;
  });
  const worker = await run('worker');
  await fetch(`${api}/v1/workflows`);
  const after = (await Promise.all([ingest, worker, api].map((url) => scrape(url, metricsKey)))).flat();
  shown = byName([...before, ...after, ...ofPrometheus()]);
}, 120_000);

afterAll(async () => {
  for (const stop of stops) await stop();
});

function keyMaker(databaseUrl: string): (scope: 'ingest' | 'metrics') => Promise<string> {
  const sql = createSql(databaseUrl, { applicationName: 'documents-test', max: 1 });
  stops.unshift(() => sql.end());
  return async (scope) => (await createKey(sql, { name: scope, scope })).token;
}

function byName(all: readonly Series[]): Map<string, Series[]> {
  const named = new Map<string, Series[]>();
  for (const series of all) named.set(series.metric, [...(named.get(series.metric) ?? []), series]);
  return named;
}

function ofPrometheus(): Series[] {
  return readConfig().scrape_configs.map(({ job_name: job }) => ({ metric: 'up', labels: { job }, value: 1 }));
}

function expectShown({ metric, labels, values }: Selector): void {
  const series = shown.get(metric);
  if (series === undefined) throw new Error(`No service shows ${metric}.`);
  const jobs = readConfig().scrape_configs.map(({ job_name }) => job_name);
  for (const label of labels) {
    if (label === 'instance' || label === 'job') continue;
    expect(series[0]!.labels, `${metric} has a label ${label}`).toHaveProperty(label);
  }
  for (const { label, value } of values) {
    const known = label === 'job' ? jobs : series.map((one) => one.labels[label]);
    expect(known, `${metric}{${label}}`).toContain(value);
  }
}

describe('alerts', () => {
  test.each(readAlerts().map((alert) => [alert.alert, alert] as const))('%s', (name, alert) => {
    for (const selector of selectorsOf(alert.expr)) expectShown(selector);
    expect(['critical', 'warning']).toContain(alert.labels.severity);
    expect(alert.annotations.summary).not.toBe('');
    expect(alert.annotations.runbook).toBe(`docs/operations.md#${name.toLowerCase()}`);
    const heading = readRunbook().indexOf(`\n### ${name}\n`);
    expect(heading, `a section ### ${name} in docs/operations.md`).toBeGreaterThan(0);
  });

  test('have different names, and no section is left of one that is gone', () => {
    const names = readAlerts().map(({ alert }) => alert);
    const sections = [...readRunbook().matchAll(/^### (Wm\w+)$/gm)].map(([, name]) => name);
    expect(new Set(sections)).toEqual(new Set(names));
    expect(sections).toHaveLength(names.length);
  });
});

describe('dashboard', () => {
  const panels = readDashboard().panels.filter(({ type }) => type !== 'row');

  test.each(panels.map((panel) => [panel.title, panel] as const))('%s', (_, panel) => {
    for (const { expr, datasource } of panel.targets ?? []) {
      expect(datasource.uid).toBe('${datasource}');
      for (const selector of selectorsOf(expr.replaceAll('$__rate_interval', '5m'))) expectShown(selector);
    }
    expect(panel.targets).not.toEqual([]);
  });

  test('asks for its data source', () => {
    expect(readDashboard().templating.list).toMatchObject([
      { name: 'datasource', type: 'datasource', query: 'prometheus' },
    ]);
  });
});
