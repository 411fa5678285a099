/** Failures of a range are counted the same whatever spans are made, and whatever comes late. */
import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { createSql, type Sql } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { applyRollups } from '../projection/apply-rollups.ts';
import { RollupDeltas, type RollupDelta } from '../projection/rollup-deltas.ts';
import { countFailuresByWorkflow, listErrorGroups, type FailureRange } from '../read/failures/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../read/rollup-ranges.ts';
import { EVERYTHING } from '../read/scope.ts';
import { inSnapshot } from '../read/snapshot.ts';
import { makeSpans } from './make-spans.ts';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'error-spans-test', max: 4 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

const NOW_MINUTE = Math.floor(Date.now() / MINUTE_MS);
/** Begins there a span of eight days, which is over; minutes since 1970. */
const LONG_AGO = Math.floor(NOW_MINUTE / 11_520) * 11_520 - 11_520;

async function clear(): Promise<void> {
  await sql`TRUNCATE rollup_minutes, rollup_errors, rollup_spans, rollup_error_spans, rollup_group_spans, rollup_late`;
  await sql`UPDATE rollup_progress SET made_until = '-infinity'`;
}

async function makeAll(): Promise<void> {
  while ((await makeSpans(sql))?.more === true);
}

type Failure = RollupDelta & { errorGroup: string };

function failure(minute: number, changes: Partial<Failure> = {}): Failure {
  const key = { env: 'production', serviceKey: 'orders', workflowName: 'order', stepName: '' };
  return { ...key, measure: 'error', minute, count: 1, errorGroup: 'a', ...changes };
}

/** As the fold counts: each with a failed workflow. */
const apply = (failures: readonly Failure[], slot = 0): Promise<void> =>
  inTransaction(sql, async (tx) => {
    const deltas = new RollupDeltas();
    for (const { errorGroup, ...each } of failures) {
      deltas.add(
        each,
        each.workflowName,
        [
          { ...each, measure: 'failed' },
          { ...each, errorGroup },
        ],
        1,
      );
    }
    await applyRollups(tx, deltas.list(), slot);
  });

const whole: FailureRange = {
  scope: EVERYTHING,
  envs: [],
  services: [],
  names: [],
  since: (LONG_AGO - 1) * MINUTE_MS,
  until: NOW_MINUTE * MINUTE_MS,
};

async function groupsOf(range: FailureRange, partMs = DAY_MS) {
  return (await inSnapshot(sql, (tx) => listErrorGroups(tx, range, [], null, { limit: 10, partMs }))).value;
}

test('a failure whose error alone changes later is counted with the new one', async () => {
  await clear();
  await apply([failure(LONG_AGO), failure(LONG_AGO + 1, { errorGroup: 'b' })]);
  await makeAll();
  // The run is failed as before: nothing else of the rollups changes.
  const change = [failure(LONG_AGO, { count: -1 }), failure(LONG_AGO, { errorGroup: 'b' })];
  await inTransaction(sql, (tx) => applyRollups(tx, change, 1));
  for (const made of [false, true]) {
    if (made) await makeAll();
    expect(await groupsOf(whole)).toMatchObject([{ errorGroup: 'b', count: 2 }]);
  }
});

test('a group stands with all its services, whichever of them came late', async () => {
  await clear();
  await apply([failure(LONG_AGO), failure(LONG_AGO + 16, { serviceKey: 'mail', workflowName: 'send' })]);
  await makeAll();
  await apply([failure(LONG_AGO + 17, { serviceKey: 'crm' })]);
  await makeAll();
  const rows = await sql`
    SELECT minutes, (extract(epoch FROM start) / 60)::bigint - ${LONG_AGO}::bigint AS start, count, services,
      workflow_names AS names, last_service AS last, (extract(epoch FROM last_minute) / 60)::bigint - ${LONG_AGO}::bigint AS minute
    FROM rollup_group_spans ORDER BY minutes, start`;
  const all = [3, ['crm', 'mail', 'orders'], ['order', 'send'], 'crm', 17];
  expect(rows.map((row) => Object.values(row))).toEqual([
    [15, 0, 1, ['orders'], ['order'], 'orders', 0],
    [15, 15, 2, ['crm', 'mail'], ['order', 'send'], 'crm', 17],
    ...[60, 240, 1_440, 5_760, 11_520].map((width) => [width, 0, ...all]),
  ]);
});

test('a store that had spans before gets those of failures from the migration', async () => {
  await clear();
  const minutes = Array.from({ length: 40 }, (_, nth) => LONG_AGO + nth * nth * 7);
  await apply(
    minutes.map((minute, nth) => failure(minute, { errorGroup: 'abc'[nth % 3]!, serviceKey: `s${nth % 2}` })),
  );
  await apply([failure(minutes[7]!, { errorGroup: 'b', serviceKey: 's1', count: -1 })], 1);
  await apply([failure(NOW_MINUTE - 3)]);
  await makeAll();
  const all = () =>
    Promise.all([
      sql`SELECT * FROM rollup_error_spans ORDER BY 1, 2, 3, 4, 5`,
      sql`SELECT * FROM rollup_group_spans ORDER BY 1, 2, 3, 4`,
    ]);
  const made = await all();
  expect(made[0].length).toBeGreaterThan(50);
  await sql`TRUNCATE rollup_error_spans, rollup_group_spans`;
  // Eight days of them by a later one, from those of four.
  for (const name of ['0013_error_spans', '0016_eight_days']) {
    const migration = await readFile(new URL(`../../../../sql/migrations/${name}.sql`, import.meta.url), 'utf8');
    await sql.unsafe(migration.slice(migration.indexOf('INSERT INTO rollup_error_spans')));
  }
  expect(await all()).toEqual(made);
});

/** Few minutes of few names, so that changes cancel out now and then. */
const arbitraryFailure = fc
  .record({
    quartersAgo: fc.integer({ min: 0, max: 20 }),
    daysAgo: fc.constantFrom(0, 1, 8),
    env: fc.constantFrom('dev', 'production'),
    serviceKey: fc.constantFrom('mail', 'orders'),
    workflowName: fc.constantFrom('order', 'send'),
    errorGroup: fc.constantFrom('a', 'b', 'c'),
    count: fc.constantFrom(-1, 1, 2),
  })
  .map(({ quartersAgo, daysAgo, ...rest }) =>
    failure(Math.floor(NOW_MINUTE / 15) * 15 - quartersAgo * 15 - daysAgo * 1_440, rest),
  );

const arbitraryRounds = fc.array(
  fc.oneof(fc.constant('make' as const), fc.array(arbitraryFailure, { minLength: 1, maxLength: 30 })),
  { minLength: 1, maxLength: 6 },
);

/** Only what was counted is ever taken back, at its own minute: without the changes that would leave less than nothing there. */
function withoutDebts(rounds: readonly ('make' | Failure[])[]): ('make' | Failure[])[] {
  const left = new Map<string, number>();
  const isCovered = (each: Failure): boolean => {
    const key = [each.env, each.serviceKey, each.workflowName, each.errorGroup, each.minute].join(' ');
    const rest = (left.get(key) ?? 0) + each.count;
    if (rest >= 0) left.set(key, rest);
    return rest >= 0;
  };
  return rounds.map((round) => (round === 'make' ? round : round.filter((each) => isCovered(each))));
}

const arbitraryRange = fc.record({
  scope: fc.constantFrom(EVERYTHING, EVERYTHING, { env: 'dev', serviceKey: null }, { env: null, serviceKey: 'mail' }),
  minutes: fc.constantFrom(10, 2 * 60, 4 * 1_440, 10 * 1_440),
  envs: fc.constantFrom([], ['dev']),
  services: fc.constantFrom([], [], ['orders']),
  names: fc.constantFrom([], [], ['send']),
});

test('groups, workflows and trends are those of the deltas', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRounds, arbitraryRange, async (rounds, { minutes, ...filter }) => {
      await clear();
      const played = withoutDebts(rounds);
      for (const [slot, round] of played.entries()) await (round === 'make' ? makeAll() : apply(round, slot));
      const since = (NOW_MINUTE - minutes) * MINUTE_MS + 7;
      const range = { ...filter, since, until: NOW_MINUTE * MINUTE_MS + 1 };
      const counted = left(
        played.flatMap((round) => (round === 'make' ? [] : round)),
        range,
      );
      expect((await inSnapshot(sql, (tx) => countFailuresByWorkflow(tx, range, null, 10))).value).toEqual(
        expectedWorkflows(counted),
      );
      for (const partMs of [MINUTE_MS, 15 * MINUTE_MS, 3 * HOUR_MS, DAY_MS]) {
        expect(await groupsOf(range, partMs)).toEqual(expectedGroups(counted, range, partMs));
      }
    }),
    { numRuns: 60 },
  );
});

/** What is left of each minute of the range, a row for each workflow and group. */
function left(all: readonly Failure[], { scope, envs, services, names, since, until }: FailureRange): Failure[] {
  const isIn = (values: readonly string[], value: string): boolean => values.length === 0 || values.includes(value);
  const sums = new Map<string, Failure>();
  for (const each of all) {
    const at = each.minute * MINUTE_MS;
    if (at < Math.floor(since / MINUTE_MS) * MINUTE_MS || at >= until) continue;
    if (!isIn(envs, each.env) || !isIn(services, each.serviceKey) || !isIn(names, each.workflowName)) continue;
    if ((scope.env ?? each.env) !== each.env || (scope.serviceKey ?? each.serviceKey) !== each.serviceKey) continue;
    const key = [each.env, each.serviceKey, each.workflowName, each.errorGroup, each.minute].join(' ');
    sums.set(key, { ...each, count: (sums.get(key)?.count ?? 0) + each.count });
  }
  return [...sums.values()].filter(({ count }) => count > 0);
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].toSorted();
const total = (rows: readonly Failure[]): number => rows.reduce((sum, { count }) => sum + count, 0);
const instant = (minute: number): Date => new Date(minute * MINUTE_MS);
const lastOf = (rows: readonly Failure[]): number => Math.max(...rows.map(({ minute }) => minute));
const placeOf = (row: Failure): string => [row.env, row.serviceKey, row.workflowName].join(' ');

function groupBy(rows: readonly Failure[], keyOf: (row: Failure) => string): Map<string, Failure[]> {
  const groups = new Map<string, Failure[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function expectedGroups(counted: readonly Failure[], range: FailureRange, partMs: number) {
  return [...groupBy(counted, ({ errorGroup }) => errorGroup)]
    .map(([errorGroup, rows]) => {
      const lasts = rows.filter(({ minute }) => minute === lastOf(rows));
      const last = lasts.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))[0]!;
      return {
        errorGroup,
        count: total(rows),
        firstMinute: instant(Math.min(...rows.map(({ minute }) => minute))),
        lastMinute: instant(last.minute),
        envs: distinct(rows.map(({ env }) => env)),
        services: distinct(rows.map(({ serviceKey }) => serviceKey)),
        workflowNames: distinct(rows.map(({ workflowName }) => workflowName)),
        lastEnv: last.env,
        lastService: last.serviceKey,
        lastName: last.workflowName,
        trend: trendOf(rows, range, partMs),
      };
    })
    .toSorted((a, b) => b.count - a.count || (a.errorGroup < b.errorGroup ? -1 : 1));
}

function expectedWorkflows(counted: readonly Failure[]) {
  return [...groupBy(counted, placeOf)]
    .toSorted(([a, of], [b, others]) => total(others) - total(of) || (a < b ? -1 : 1))
    .map(([, rows]) => {
      const { env, serviceKey, workflowName } = rows[0]!;
      const errorGroups = distinct(rows.map(({ errorGroup }) => errorGroup)).length;
      return { env, serviceKey, workflowName, count: total(rows), errorGroups, lastMinute: instant(lastOf(rows)) };
    });
}

function trendOf(rows: readonly Failure[], { since }: FailureRange, partMs: number): Map<number, number> {
  const trend = new Map<number, number>();
  for (const { minute, count } of rows) {
    const part = Math.floor((minute * MINUTE_MS) / partMs) - Math.floor(since / partMs);
    trend.set(part, (trend.get(part) ?? 0) + count);
  }
  return trend;
}
