/** What the questions about counts and about open runs cost with a month of rollups and 100,000 workflows stored. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import type { Fragment } from 'postgres';
import { fillRollups } from '../../test/fill-rollups.ts';
import { fillWorkflows } from '../../test/fill-workflows.ts';
import { listRunsById } from '../changes/list-runs-by-id.ts';
import { createSql, type Sql, type Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { alongIndex } from './along-index.ts';
import { countOpenRuns } from './count-open-runs.ts';
import { forecastResumes } from './forecast-resumes.ts';
import { expectationKey } from './activity.ts';
import { listActive } from './list-active.ts';
import { readRollups, type RollupQuestion } from './read-rollups.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, readMadeSpans, rollupRanges } from './rollup-ranges.ts';
import { EVERYTHING } from './scope.ts';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'view-plans-test', max: 2 });
  await fillWorkflows(sql, 100_000);
  await fillRollups(sql, 30);
}, 120_000);
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

type Explained = { 'QUERY PLAN': { Plan: PlanNode }[] }[];

/** What a query touched, and which tables it walked through from one end to the other. */
async function costOf(query: Fragment): Promise<{ blocks: number; walked: string[] }> {
  const [row] = await sql<Explained>`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`;
  const { Plan: plan } = row!['QUERY PLAN'][0]!;
  return { blocks: blocksOf(plan), walked: walkedTables(plan) };
}

const blocksOf = (plan: PlanNode): number => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

/** How a query comes to the rows of its tables. */
function scansOf({ 'Node Type': type, Plans: parts = [] }: PlanNode): string[] {
  return [...(type.includes('Scan') ? [type] : []), ...parts.flatMap(scansOf)];
}

function walkedTables(plan: PlanNode): string[] {
  const own = plan['Node Type'] === 'Seq Scan' && blocksOf(plan) > 1 ? [plan['Relation Name']!] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(walkedTables)];
}

describe('counts of a range', () => {
  const now = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const question: Omit<RollupQuestion, 'ranges' | 'series'> = {
    filter: { scope: EVERYTHING, envs: [], services: [], names: [], steps: [] },
    of: 'workflows',
    groupBy: ['env', 'service', 'name'],
    durations: true,
  };
  const production = { ...question.filter, envs: ['production'], services: ['service-1'] };

  // [what, question, from, width of a point, blocks]
  test.each<[string, Partial<typeof question>, number, number | null, number]>([
    ['an hour', {}, now - HOUR_MS, null, 700],
    ['a day', {}, now - DAY_MS, null, 2_000],
    ['thirty days', {}, now - 30 * DAY_MS, null, 2_000],
    ['thirty days without durations', { durations: false }, now - 30 * DAY_MS, null, 1_200],
    ['thirty days of one service', { filter: production }, now - 30 * DAY_MS, null, 1_000],
    ['thirty days by day', { groupBy: ['env'] }, midnight - 29 * DAY_MS, DAY_MS, 2_000],
    ['seven days by hour', { groupBy: ['env'] }, midnight - 7 * DAY_MS, HOUR_MS, 3_000],
    ['the steps of thirty days', { of: 'steps', groupBy: ['step'] }, now - 30 * DAY_MS, null, 6_000],
    ['an hour by minute', { groupBy: [] }, now - HOUR_MS, MINUTE_MS, 700],
    ['a day by quarters of an hour', { groupBy: [] }, midnight - DAY_MS, 15 * MINUTE_MS, 1_000],
  ])('%s', async (_, changes, from, stepMs, most) => {
    const range = { from, to: now };
    const made = await inTransaction(sql, (tx) => readMadeSpans(tx, range));
    const ranges = rollupRanges(range, stepMs, made);
    const series = stepMs === null ? null : { from, stepMs };
    const { blocks, walked } = await costOf(readRollups(sql, { ...question, ...changes, ranges, series }));
    expect(walked).toEqual([]);
    expect(blocks).toBeLessThanOrEqual(most);
  });
});

describe('open runs', () => {
  const filter = { scope: EVERYTHING, envs: [], services: [], names: [] };
  const names = Array.from({ length: 50 }, (_, n) => `workflow-${n}`);
  const many = names.flatMap((name) => ['production', 'staging', 'dev'].map((env) => ({ name, env })));
  const rules = {
    expectations: Object.fromEntries(many.map(({ name, env }) => [expectationKey(env, 'service-1', name, ''), 1_000])),
    overdueAfterMs: 15_000,
    stuckAfterMs: 300_000,
    silenceMs: 60_000,
  };
  // 1,500 of the 105,000 are open, each on a page of its own.
  test.each<[string, () => Fragment]>([
    ['counted', () => countOpenRuns(sql, filter, { service: true, name: true })],
    ['a page of them', () => listActive(sql, { filter, rules, states: ['stuck'] }, null, 51)],
    ['when they are due', () => forecastResumes(sql, filter, 3)],
  ])('%s', async (_, query) => {
    const { blocks, walked } = await costOf(query());
    expect(walked).toEqual([]);
    expect(blocks).toBeLessThanOrEqual(3_000);
  });
});

// As the api asks: beside counts of a range, and along indexes.
describe('what the index of open runs knows is read from it alone', () => {
  const filter = { scope: EVERYTHING, envs: [], services: [], names: [] };
  const rules = { expectations: {}, overdueAfterMs: 15_000, stuckAfterMs: 300_000, silenceMs: 60_000 };
  test.each<[string, (tx: Tx) => Fragment, string[]]>([
    ['how many', (tx) => countOpenRuns(tx, filter, { service: true, name: true }), ['Index Only Scan']],
    ['when they are due', (tx) => forecastResumes(tx, filter, 3), ['Index Only Scan']],
    // The paused from the index, the running and the rows of the page from the table.
    [
      'what they do',
      (tx) => listActive(tx, { filter, rules, states: ['stuck'] }, null, 51),
      ['Index Only Scan', 'Index Scan', 'Index Scan'],
    ],
  ])('%s', async (_, query, expected) => {
    const scans = await inTransaction(sql, async (tx) => {
      await readMadeSpans(tx, { from: 0, to: Date.now() });
      const [row] = await alongIndex(tx, tx<Explained>`EXPLAIN (FORMAT JSON) ${query(tx)}`);
      return scansOf(row!['QUERY PLAN'][0]!.Plan);
    });
    expect(scans.filter((scan) => scan !== 'CTE Scan' && scan !== 'Subquery Scan')).toEqual(expected);
  });
});

test('open runs of one service are counted without a look at the others', async () => {
  const filter = { scope: EVERYTHING, envs: [], services: ['service-12'], names: [] };
  const open = countOpenRuns(sql, filter, { service: true, name: false });
  const runs = (await open).reduce((sum, row) => sum + row.runs, 0);
  const { blocks, walked } = await costOf(countOpenRuns(sql, filter, { service: true, name: false }));
  expect(walked).toEqual([]);
  expect(blocks).toBeLessThanOrEqual(runs + 50);
});

test('changed runs are found by their ids', async () => {
  const ids = (await sql<{ id: string }[]>`SELECT id FROM workflows LIMIT 100`).map(({ id }) => id);
  const { blocks, walked } = await costOf(listRunsById(sql, ids));
  expect(walked).toEqual([]);
  expect(blocks).toBeLessThanOrEqual(600);
});
