import { createSql, dumpSchema, verifyWorkflows } from '@wm/store';
import type { Difference, Sql } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadWorkflows } from './load-workflows.ts';
import { keptStore, storeName } from './loaded-store.ts';
import type { LoadOptions } from './load-workflows.ts';

let database: TestDatabase;
let sql: Sql;
beforeEach(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'load-test', max: 4 });
});
afterEach(async () => {
  await sql.end();
  await database.drop();
});

const WORKFLOWS = 300;
const DAY_MS = 86_400_000;

function options(): Omit<LoadOptions, 'url'> {
  return {
    workflows: WORKFLOWS,
    seed: 1,
    generators: 2,
    progress: { rows: () => {}, step: async (_name, run) => run() },
    signal: new AbortController().signal,
  };
}

function load(others: Partial<LoadOptions> = {}) {
  return loadWorkflows({ url: database.url, ...options(), ...others });
}

/** Everything about tables and indexes, those of the partitions too. */
async function catalogue(): Promise<string> {
  const partitions = await sql`
    SELECT c.relname, c.relpersistence, c.reloptions, pg_get_expr(c.relpartbound, c.oid) AS bound,
           ARRAY(SELECT pg_get_indexdef(i.indexrelid) || ' of ' || p.inhparent::regclass
                 FROM pg_index i JOIN pg_inherits p ON p.inhrelid = i.indexrelid WHERE i.indrelid = c.oid ORDER BY 1) AS indexes,
           ARRAY(SELECT conname || ' ' || pg_get_constraintdef(oid)
                 FROM pg_constraint WHERE conrelid = c.oid ORDER BY 1) AS constraints
    FROM pg_class c JOIN pg_inherits h ON h.inhrelid = c.oid
    WHERE h.inhparent = 'workflow_events'::regclass ORDER BY 1`;
  return `${await dumpSchema(sql)}\n${JSON.stringify(partitions, null, 1)}`;
}

// Each load starts processes of its own.
describe('a loaded store', { timeout: 180_000 }, () => {
  test('is what the log says, in the tables of the migrations', async () => {
    const before = await catalogue();
    const { events } = await load();
    expect(await catalogue()).toBe(before);

    const differences: Difference[] = [];
    const report = await verifyWorkflows(sql, { onDifference: (difference) => differences.push(difference) });
    expect(differences).toEqual([]);
    expect(report.workflows).toBe(WORKFLOWS);
    const [log] = await sql<[{ events: number; unprocessed: number; oldest: Date; newest: Date }]>`
      SELECT count(*) AS events, count(*) FILTER (WHERE NOT processed) AS unprocessed,
             min(event_timestamp) AS oldest, max(event_timestamp) AS newest
      FROM workflow_events`;
    expect(log).toMatchObject({ events, unprocessed: 0 });
    const days = (log.newest.getTime() - log.oldest.getTime()) / DAY_MS;
    expect(days).toBeGreaterThan(28);
    expect(days).toBeLessThan(32);
  });

  test('holds the days that were asked for, and every event', async () => {
    const { events } = await load({ days: 3 });
    const [row] = await sql<[{ events: number; outside: number; firstDay: number; lastDay: number }]>`
      SELECT (SELECT count(*) FROM workflow_events) AS events,
        count(*) FILTER (WHERE sort_at < now() - interval '3 days 1 hour') AS outside,
        count(*) FILTER (WHERE sort_at < now() - interval '2 days') AS "firstDay",
        count(*) FILTER (WHERE sort_at > now() - interval '1 day') AS "lastDay"
      FROM workflows`;
    expect(row).toMatchObject({ events, outside: 0 });
    expect(row.firstDay).toBeGreaterThan(WORKFLOWS / 4);
    expect(row.lastDay).toBeGreaterThan(WORKFLOWS / 4);
  });

  test('spans at most the months that the log has, and more than nothing', async () => {
    for (const days of [0, -3, 400, Number('abc')]) {
      await expect(load({ days })).rejects.toThrow('begin within at most 365 days');
    }
  });

  test('is kept under a name with its days, but for the usual thirty', async () => {
    expect(storeName({ workflows: 100_000 })).toBe('workflows_100000');
    expect(storeName({ workflows: 100_000, days: 30 })).toBe('workflows_100000');
    expect(storeName({ workflows: 100_000, days: 3 })).toBe('workflows_100000_3d');
    const said: string[] = [];
    const keep = async (days: number): Promise<string> =>
      keptStore({ ...options(), serverUrl: database.url, workflows: 5, days, say: (line) => void said.push(line) });
    const url = await keep(0.25);
    try {
      expect(new URL(url).pathname).toBe('/workflows_5_0_25d');
      expect(await keep(0.25)).toBe(url);
      expect(said.filter((line) => line.startsWith('Loaded'))).toHaveLength(1);
    } finally {
      await sql`DROP DATABASE workflows_5_0_25d WITH (FORCE)`;
    }
  });

  test('is not filled twice', async () => {
    await load({ workflows: 5 });
    const [before] = await sql`SELECT count(*) FROM workflow_events`;
    await expect(load({ workflows: 5 })).rejects.toThrow('This database holds events already');
    expect(await sql`SELECT count(*) FROM workflow_events`).toEqual([before]);
  });

  test('is empty again where the load was broken off, and can be loaded then', async () => {
    const before = await catalogue();
    const interrupt = new AbortController();
    const progress: LoadOptions['progress'] = {
      rows: () => interrupt.abort(),
      step: async (_name, run) => run(),
    };
    await expect(load({ progress, signal: interrupt.signal })).rejects.toThrow('aborted');
    expect(await sql`SELECT FROM workflow_events`).toHaveLength(0);
    expect(await sql`SELECT FROM workflows`).toHaveLength(0);
    expect(await catalogue()).toBe(before);
    expect((await load({ workflows: 5 })).workflows).toBe(5);
  });
});
