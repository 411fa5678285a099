/** Every filter and every order, alone and in pairs, against a plain evaluation in memory, page by page. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import type { WorkflowStatus } from '@wm/projection';
import { createSql, type Sql } from '../../src/client.ts';
import {
  covers,
  expectationKey,
  findSearched,
  inSnapshot,
  listWorkflows,
  USUAL_EFFORT,
  WORKFLOW_SORTS,
  type ListEffort,
  type ListQuestion,
  type ReadScope,
  type WorkflowFilter,
} from '../../src/read/index.ts';
import { WHOLE_FILTER } from '../whole-filter.ts';
import { listed } from './evaluate.ts';
import { BEGIN, drawRuns, ENVS, GROUPS, insertRuns, NAMES, SERVICES, STEPS } from './population.ts';

const runs = drawRuns(220, 20_260_301);
const GRACE_MS = 15_000;
let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'lists-test', max: 4 });
  await insertRuns(sql, runs, Date.now());
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

/** Of some names something is expected, of a step of one another thing; what runs is silent for longer than a second and no century. */
const expectations = Object.fromEntries(
  ENVS.flatMap((env) =>
    SERVICES.flatMap((service) => [
      [expectationKey(env, service, 'charge', ''), 1_000],
      [expectationKey(env, service, 'charge', 'fetch'), 3_000_000_000_000],
      [expectationKey(env, service, 'import', ''), 3_000_000_000_000],
      [expectationKey(env, service, 'import', 'pay'), 1_000],
      [expectationKey(env, service, 'report', 'pay'), 1_000],
    ]),
  ),
);
const rules = { expectations, overdueAfterMs: GRACE_MS, stuckAfterMs: 30 * 60_000, silenceMs: 60_000 };
const STATES = ['active', 'scheduled', 'overdue', 'stuck'] as const;

const everything: WorkflowFilter = { ...WHOLE_FILTER, runs: 'all' };

const instant = fc.integer({ min: -1, max: 21 }).map((minutes) => BEGIN + minutes * 60_000);
const duration = fc.integer({ min: -1, max: 13 }).map((seconds) => Math.max(0, seconds * 1_000));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const STATUSES: WorkflowStatus[] = ['pending', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'];
/** The beginning of an id, of a random length. */
const idPart = fc
  .tuple(
    fc.constantFrom(...runs),
    fc.constantFrom('workflowId', 'executionId', 'eventId'),
    fc.integer({ min: 1, max: 36 }),
  )
  .map(([run, field, length]) => (run[field] ?? 'none').slice(0, field === 'eventId' ? Math.max(13, length) : length));

/** Each narrows a list by one thing. */
const FILTERS: Record<string, fc.Arbitrary<Partial<WorkflowFilter>>> = {
  'a key of one environment': fc.constantFrom(...ENVS).map((env) => ({ scope: { env, serviceKey: null } })),
  'a key of one service': fc.constantFrom(...SERVICES).map((serviceKey) => ({ scope: { env: null, serviceKey } })),
  envs: some([...ENVS, 'nowhere']).map((envs) => ({ envs })),
  services: some([...SERVICES, 'none']).map((services) => ({ services })),
  statuses: some(STATUSES).map((statuses) => ({ statuses })),
  names: some(NAMES).map((names) => ({ names })),
  started: fc.record({ since: maybe(instant), until: maybe(instant) }),
  finished: fc.record({ finishedSince: maybe(instant), finishedUntil: maybe(instant) }),
  duration: fc.record({ minDurationMs: maybe(duration), maxDurationMs: maybe(duration) }),
  errorText: fc.constantFrom('card', 'RESET', 'order 7', 'card%', 'c_rd', '%', '7').map((errorText) => ({ errorText })),
  errorGroup: fc.constantFrom(...GROUPS, 'bbbb').map((errorGroup) => ({ errorGroup })),
  errorStep: fc.constantFrom(...STEPS).map((errorStep) => ({ errorStep })),
  step: fc.constantFrom(...STEPS, 'none').map((step) => ({ step })),
  tags: some([
    { path: ['customer', 'region'], value: 'eu' },
    { path: ['customer', 'region'], value: '1' },
    { path: ['customer', 'a.b'], value: '3' },
    { path: ['list', '0'], value: '2' },
  ]).map((tags) => ({ tags: tags.slice(0, 2) })),
  hasRetries: fc.boolean().map((hasRetries) => ({ hasRetries })),
  hasGaps: fc.boolean().map((hasGaps) => ({ hasGaps })),
  overdue: fc.boolean().map((is) => ({ overdue: { is, graceMs: GRACE_MS } })),
  activity: some(STATES).map((states) => ({ activity: { states, rules } })),
  search: idPart.map((text) => ({ search: { text, runsOfEvents: [] } })),
  runs: fc.constant({ runs: 'latest' }),
};

const order = fc.record({
  sort: fc.constantFrom(...WORKFLOW_SORTS),
  direction: fc.constantFrom('asc', 'desc'),
  limit: fc.constantFrom(11, 50, 200),
});
/** Steps of a few rows, so that walks stop in the middle; with time for all of them, or none but the first. */
const effort: fc.Arbitrary<ListEffort> = fc.record({
  firstStep: fc.constantFrom(20, 60, 1_000),
  smallSource: fc.constantFrom(0, 30, 4_000),
  budgetMs: fc.constantFrom(0, Infinity),
});

const beyond = (scope: ReadScope) => runs.filter((run) => !covers(scope, run));

/** All pages of an answer. */
async function everyPage(question: Omit<ListQuestion, 'after'>, how: ListEffort) {
  const ids: string[] = [];
  let after: ListQuestion['after'] = null;
  do {
    const page = await inSnapshot(sql, (tx) => listWorkflows(tx, { ...question, after }, how));
    const { rows, next, complete } = page.value;
    expect(rows.length).toBeLessThanOrEqual(question.limit);
    // Short pages come where the effort ended, or at the end.
    if (complete && next !== null) expect(rows).toHaveLength(question.limit);
    if (how.budgetMs === Infinity) expect(complete).toBe(true);
    ids.push(...rows.map(({ id }) => id));
    // A cursor tells of no run that the key may not see.
    expect(beyond(question.filter.scope).filter(({ id }) => id === next?.id)).toEqual([]);
    after = next;
  } while (after !== null);
  return ids;
}

async function check(
  filter: WorkflowFilter,
  { limit, ...rest }: Pick<ListQuestion, 'sort' | 'direction' | 'limit'>,
  how: ListEffort,
) {
  const search = filter.search === null ? null : await findSearched(sql, filter.scope, filter.search.text);
  const question = { ...rest, filter: { ...filter, search }, limit, withTotal: false };
  const expected = listed(runs, { ...question, after: null }).map(({ id }) => id);
  expect(await everyPage(question, how)).toEqual(expected);
  return { question, expected };
}

const combined = (...parts: string[]) =>
  fc
    .tuple(...parts.map((part) => FILTERS[part]!))
    .map((chosen) => Object.assign({}, everything, ...chosen) as WorkflowFilter);

const names = Object.keys(FILTERS);
const pairs = names.flatMap((one, nth) => names.slice(nth + 1).map((other) => [one, other] as const));

describe('an order', () => {
  test.each(
    WORKFLOW_SORTS.flatMap((sort) => (['asc', 'desc'] as const).map((direction) => [sort, direction] as const)),
  )('by %s %s', async (sort, direction) => {
    for (const budgetMs of [0, Infinity]) {
      await check(everything, { sort, direction, limit: 50 }, { ...USUAL_EFFORT, budgetMs });
      await check(
        { ...everything, runs: 'latest' },
        { sort, direction, limit: 7 },
        { ...USUAL_EFFORT, firstStep: 60, budgetMs },
      );
    }
  });
});

describe('a filter', () => {
  test.each(names)('%s', async (name) => {
    await fc.assert(
      fc.asyncProperty(combined(name), order, effort, async (filter, asked, how) => {
        await check(filter, asked, how);
      }),
      { numRuns: 10 },
    );
  });
});

describe('two filters', () => {
  test.each(pairs)('%s and %s', async (one, other) => {
    await fc.assert(
      fc.asyncProperty(combined(one, other), order, effort, async (filter, asked, how) => {
        await check(filter, asked, how);
      }),
      { numRuns: 2 },
    );
  });
});

test('a total that calls itself exact is, on every page', async () => {
  const filters = fc.constantFrom(...pairs).chain((pair) => combined(...pair));
  await fc.assert(
    fc.asyncProperty(filters, order, effort, async (filter, asked, how) => {
      const search = filter.search === null ? null : await findSearched(sql, filter.scope, filter.search.text);
      const question = { ...asked, filter: { ...filter, search }, after: null, withTotal: true };
      const first = (await inSnapshot(sql, (tx) => listWorkflows(tx, question, how))).value;
      const after = first.next;
      const next = (await inSnapshot(sql, (tx) => listWorkflows(tx, { ...question, after }, how))).value;
      for (const { total } of [first, next]) {
        const expected = listed(runs, question).length;
        expect(total?.exact === true ? total.count : expected).toBe(expected);
      }
      // All of it is small enough to be read whole.
      expect(first.total?.exact === true || how.smallSource < runs.length).toBe(true);
    }),
    { numRuns: 60 },
  );
});
