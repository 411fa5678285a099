/** What a page of a list costs with 100,000 workflows stored: rows and index entries read, whatever the machine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { fillWorkflows } from '../../../test/fill-workflows.ts';
import { WHOLE_FILTER } from '../../../test/whole-filter.ts';
import { createSql, type Sql } from '../../client.ts';
import { makeSpans } from '../../rollups/index.ts';
import {
  countFailuresByWorkflow,
  findErrorSamples,
  listErrorGroups,
  rankFailingSteps,
  type FailureRange,
} from '../failures/index.ts';
import { EVERYTHING } from '../scope.ts';
import { inSnapshot } from '../snapshot.ts';
import {
  findSearched,
  listWorkflows,
  WORKFLOW_SORTS,
  type ListPosition,
  type ListQuestion,
  type WorkflowFilter,
  type WorkflowPage,
} from './index.ts';

const FILLED = 100_000;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
/** One step of a walk and what may be read whole, with room: a page reads a part of this, and no more however much is stored. */
const MOST_ROWS = 24_000;
const EFFORT = { firstStep: 1_000, smallSource: 4_000, budgetMs: 0 };

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'list-plans-test', max: 1 });
  await fillWorkflows(sql, FILLED);
}, 120_000);
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

type ReadTx = Parameters<typeof listWorkflows>[0];

interface Cost<T> {
  answer: T;
  fetched: number;
  walked: string[];
}

/** Runs a read and tells what it read: tables walked through, and how many rows indexes found. */
async function costOf<T>(read: (tx: ReadTx) => Promise<T>): Promise<Cost<T>> {
  const { value } = await inSnapshot(sql, async (tx) => {
    const before = await readSoFar(tx);
    const answer = await read(tx);
    const after = await readSoFar(tx);
    const since = (table: string, field: 'walked' | 'fetched'): number =>
      after.get(table)![field] - (before.get(table)?.[field] ?? 0);
    const tables = [...after.keys()];
    return {
      answer,
      fetched: tables.reduce((sum, table) => sum + since(table, 'fetched'), 0),
      walked: tables.filter((table) => since(table, 'walked') > 0 && table !== 'rollup_progress'),
    };
  });
  return value;
}

/** By table, since the session last told its figures to everybody, which it does between transactions. */
async function readSoFar(tx: ReadTx): Promise<Map<string, { walked: number; fetched: number }>> {
  const rows = await tx<{ table: string; walked: number; fetched: number }[]>`
    SELECT relname AS "table", seq_tup_read AS walked, idx_tup_fetch AS fetched FROM pg_stat_xact_user_tables`;
  return new Map(rows.map(({ table, ...counts }) => [table, counts]));
}

const RULES = { expectations: {}, overdueAfterMs: 15_000, stuckAfterMs: 300_000, silenceMs: 60_000 };

const FILTERS: [string, Partial<WorkflowFilter>][] = [
  ['everything', {}],
  ['all runs', { runs: 'all' }],
  ['one environment', { envs: ['production'] }],
  ['one service of many workflows', { services: ['service-0'] }],
  ['one service of few workflows', { services: ['service-19'] }],
  ['twelve services', { services: Array.from({ length: 12 }, (_, nth) => `service-${nth}`) }],
  ['no such service', { services: ['none'] }],
  ['a key of one service', { scope: { env: null, serviceKey: 'service-12' } }],
  ['failed', { statuses: ['failed'] }],
  ['failed of a service', { statuses: ['failed'], services: ['service-12'] }],
  ['cancelled or failed', { statuses: ['cancelled', 'failed'] }],
  ['running', { statuses: ['running'] }],
  ['queued, of which there are none', { statuses: ['queued'] }],
  ['completed', { statuses: ['completed'] }],
  ['a name', { names: ['workflow-7'] }],
  ['no such name', { names: ['none'] }],
  ['a minute of long ago', { since: BEGIN + HOUR_MS, until: BEGIN + HOUR_MS + 60_000 }],
  ['ended in a minute of long ago', { finishedSince: BEGIN + HOUR_MS, finishedUntil: BEGIN + HOUR_MS + 60_000 }],
  ['long ones, of which there are none', { minDurationMs: HOUR_MS }],
  ['a text in no error', { errorText: 'none' }],
  ['a group that there is not', { errorGroup: 'none' }],
  ['a step that there is not', { step: 'none' }],
  ['a tag that there is not', { tags: [{ path: ['tenant'], value: 'none' }] }],
  ['with retries, of which there are none', { hasRetries: true }],
  ['with gaps, of which there are none', { hasGaps: true }],
  ['overdue', { overdue: { is: true, graceMs: 15_000 } }],
  ['stuck', { activity: { states: ['stuck'], rules: RULES } }],
  ['a whole execution id', { search: { text: 'order-99999', runsOfEvents: [] } }],
  ['the beginning of most execution ids', { search: { text: 'order-', runsOfEvents: [] } }],
  ['the beginning of few workflow ids', { search: { text: 'abcd', runsOfEvents: [] } }],
  ['an id that does not exist', { search: { text: 'zzz', runsOfEvents: [] } }],
];

describe.each(FILTERS)('a page of %s', (_, changes) => {
  test.each(WORKFLOW_SORTS)('by %s reads a bounded number of rows, and no table from end to end', async (sort) => {
    const filter = { ...WHOLE_FILTER, ...changes };
    let after: ListPosition | null = null;
    // The first page, and the one behind it.
    for (const withTotal of [true, false]) {
      for (const direction of ['desc', 'asc'] as const) {
        const question: ListQuestion = {
          filter,
          sort,
          direction,
          after: direction === 'desc' ? after : null,
          limit: 50,
          withTotal,
        };
        const { answer, fetched, walked }: Cost<WorkflowPage> = await costOf((tx) =>
          listWorkflows(tx, question, EFFORT),
        );
        expect(walked).toEqual([]);
        expect(fetched).toBeLessThanOrEqual(MOST_ROWS);
        if (direction === 'desc') after = answer.next;
      }
      if (after === null) break;
    }
  });
});

// Of 105,000 runs; walked over in the list of all, its page was looked for among thousands.
test.each(['started', 'updated', 'duration'] as const)(
  'a page of a service by %s reads little more than it shows',
  async (sort) => {
    const filter = { ...WHOLE_FILTER, services: ['service-19'], statuses: ['completed' as const] };
    const question: ListQuestion = { filter, sort, direction: 'desc', after: null, limit: 50, withTotal: false };
    const { answer, fetched } = await costOf((tx) => listWorkflows(tx, question, EFFORT));
    expect(answer).toMatchObject({ complete: true, next: { segment: 0 } });
    expect(fetched).toBeLessThanOrEqual(2_000);
  },
);

test('an event id is looked up, not looked for', async () => {
  const { fetched, walked } = await costOf((tx) =>
    findSearched(tx, EVERYTHING, '0190a1b2-c3d4-7e5f-8000-000000000001'),
  );
  expect([fetched, walked]).toEqual([0, []]);
});

describe('failures', () => {
  const MINUTES = 20_000;
  const PAGE = { limit: 51, partMs: 8 * HOUR_MS };
  beforeAll(async () => {
    await sql`
      INSERT INTO rollup_errors (minute, env, service_key, workflow_name, error_group, slot, count)
      SELECT timestamptz '2026-01-01' + n * interval '1 minute', 'production', 'orders', 'w', 'group-' || n % 20, 0, 1
      FROM generate_series(1, ${MINUTES}) AS n`;
    await sql`
      INSERT INTO rollup_minutes (minute, env, service_key, workflow_name, step_name, slot, started, failed)
      SELECT timestamptz '2026-01-01' + n * interval '1 minute', 'production', 'orders', 'w', 'step', 0, 5, (n % 50 = 0)::int
      FROM generate_series(1, ${MINUTES}) AS n`;
    await sql`VACUUM (ANALYZE) rollup_errors, rollup_minutes`;
  }, 60_000);

  const filter = { scope: EVERYTHING, envs: [], services: [], names: [] };
  const range: FailureRange = { ...filter, since: BEGIN, until: BEGIN + 24 * HOUR_MS };

  const reads: ((tx: ReadTx, asked: FailureRange) => Promise<readonly unknown[]>)[] = [
    (tx, asked) => listErrorGroups(tx, asked, [], null, PAGE),
    (tx, asked) => listErrorGroups(tx, asked, ['group-7'], null, PAGE),
    (tx, asked) => countFailuresByWorkflow(tx, asked, null, 51),
    async (tx, asked) => rankFailingSteps(tx, asked, null, 51),
  ];

  test('of a day read what failed on that day', async () => {
    for (const read of reads) {
      const { answer, fetched, walked } = await costOf((tx) => read(tx, range));
      expect(answer.length).toBeGreaterThan(0);
      expect(walked).toEqual([]);
      // Error groups are ranked, described, and counted by part of the day.
      expect(fetched).toBeLessThanOrEqual(4_500);
    }
  });

  test('samples are found by their group', async () => {
    const { fetched, walked } = await costOf(async (tx) =>
      findErrorSamples(tx, range, await listErrorGroups(tx, range, [], null, PAGE)),
    );
    expect(walked).toEqual([]);
    expect(fetched).toBeLessThanOrEqual(5_500);
  });

  test('of two weeks read spans', async () => {
    while ((await makeSpans(sql))?.more === true);
    await sql`VACUUM (ANALYZE) rollup_spans, rollup_error_spans, rollup_group_spans`;
    for (const service of [[], ['orders']]) {
      const asked = { ...range, services: service, since: BEGIN + 7_000, until: BEGIN + MINUTES * 60_000 };
      for (const read of reads) {
        const { answer, fetched, walked } = await costOf((tx) => read(tx, asked));
        expect(answer.length).toBeGreaterThan(0);
        expect(walked).toEqual([]);
        expect(fetched).toBeLessThanOrEqual(1_000);
      }
    }
  }, 60_000);
});
