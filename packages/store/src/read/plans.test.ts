/** What the reads cost with 100,000 workflows stored: pages of the database touched, whatever the machine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { fillEvents } from '../../test/fill-events.ts';
import { fillWorkflows } from '../../test/fill-workflows.ts';
import type { Fragment } from 'postgres';
import { createSql, type Sql, type Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { countPoisoned } from './count-poisoned.ts';
import { findRun } from './find-run.ts';
import { findRunRange } from './find-run-range.ts';
import { hasEvents } from './has-events.ts';
import { listEvents, pinEventOrder, type EventFilter } from './list-events.ts';
import { listRuns } from './list-runs.ts';
import { EVERYTHING } from './scope.ts';

const PAGE = 51;
const anyEvent: EventFilter = { ids: [], types: [], stepName: null, text: null, from: null, before: null };

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'plans-test', max: 1 });
  await fillWorkflows(sql, 100_000);
  await fillEvents(sql, 4_000);
}, 120_000);
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});

/** Runs a query and tells what it touched, and which tables it walked through from one end to the other. */
async function costOf(query: Fragment, on: Sql | Tx = sql): Promise<{ blocks: number; walked: string[] }> {
  const [row] = await on<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`;
  const { Plan: plan } = row!['QUERY PLAN'][0]!;
  return { blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], walked: walkedTables(plan) };
}

/** Tables read by sequential scans that met rows; a scan of an empty partition costs nothing. */
function walkedTables(plan: PlanNode): string[] {
  const own =
    plan['Node Type'] === 'Seq Scan' && plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] > 1
      ? [plan['Relation Name']!]
      : [];
  return [...own, ...(plan.Plans ?? []).flatMap(walkedTables)];
}

describe('one workflow', () => {
  test.each([
    ['its run', (key: Key) => findRun(sql, key, null)],
    ['a numbered run', (key: Key) => findRun(sql, key, 2)],
    ['its runs', (key: Key) => listRuns(sql, key, null, PAGE)],
    ['where a run begins and ends', (key: Key) => findRunRange(sql, key, 1)],
  ])('%s', async (_, query) => {
    const [key] = await sql<Key[]>`
      SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId" FROM workflows WHERE run = 2 LIMIT 1`;
    const { blocks, walked } = await costOf(query(key!));
    expect(walked).toEqual([]);
    expect(blocks).toBeLessThanOrEqual(20);
  });
});

interface Key {
  env: string;
  serviceKey: string;
  workflowId: string;
}

describe('the events of a workflow', () => {
  const long = { env: 'production', serviceKey: 'orders', workflowId: 'long' };

  test('a page from the middle of 10,000 costs what a page from the beginning does', async () => {
    const [event] = await sql<{ at: Date; id: string }[]>`
      SELECT event_timestamp AS at, id FROM workflow_events WHERE workflow_id = 'long' ORDER BY 1, 2 OFFSET 5000 LIMIT 1`;
    const position = { at: event!.at.getTime(), id: event!.id };
    for (const query of [
      listEvents(sql, long, anyEvent, null, PAGE),
      listEvents(sql, long, anyEvent, position, PAGE),
      listEvents(sql, long, { ...anyEvent, from: position }, null, PAGE),
      listEvents(sql, long, { ...anyEvent, ids: [position.id] }, null, PAGE),
    ]) {
      const { blocks, walked } = await costOf(query);
      expect(walked).toEqual([]);
      expect(blocks).toBeLessThanOrEqual(200);
    }
  });

  test('a page costs so where the planner takes the workflow for a short one', async () => {
    const partitions = await sql<{ name: string }[]>`
      SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'workflow_events'::regclass`;
    await inTransaction(sql, async (tx) => {
      for (const { name } of [{ name: 'workflow_events' }, ...partitions])
        await tx`
          SELECT pg_clear_attribute_stats('public', ${name}, 'workflow_id', ${name === 'workflow_events'}),
            pg_restore_attribute_stats('schemaname', 'public', 'relname', ${name}::text, 'attname', 'workflow_id',
              'inherited', ${name === 'workflow_events'}::boolean, 'n_distinct', -1::real)`;
      const query = listEvents(tx, long, anyEvent, null, PAGE);
      expect((await costOf(query, tx)).blocks).toBeGreaterThan(1_000);
      await pinEventOrder(tx);
      const { blocks, walked } = await costOf(query, tx);
      expect(walked).toEqual([]);
      expect(blocks).toBeLessThanOrEqual(200);
    });
  });

  test('a filter reads the events of that workflow only', async () => {
    const few = await sql<
      { workflowId: string }[]
    >`SELECT workflow_id AS "workflowId" FROM workflow_events WHERE workflow_id <> 'long' LIMIT 1`;
    const { blocks, walked } = await costOf(
      listEvents(sql, { ...long, ...few[0]! }, { ...anyEvent, types: ['none'] }, null, PAGE),
    );
    expect(walked).toEqual([]);
    expect(blocks).toBeLessThanOrEqual(100);
  });

  test('whether there are any takes a look into each partition', async () => {
    const { blocks, walked } = await costOf(hasEvents(sql, { ...long, workflowId: 'none' }));
    expect(walked).toEqual([]);
    expect(blocks).toBeLessThanOrEqual(100);
  });

  test('poisoned ones are counted without a look at the others', async () => {
    const { blocks, walked } = await costOf(countPoisoned(sql, EVERYTHING));
    expect(walked).toEqual([]);
    expect(blocks).toBeLessThanOrEqual(100);
  });
});
