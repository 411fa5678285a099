import { readFile } from 'node:fs/promises';
/** Sums over ranges are the same whatever spans are made, and whatever comes late. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { createSql, type Sql } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { applyRollups } from '../projection/apply-rollups.ts';
import type { RollupDelta } from '../projection/rollup-deltas.ts';
import { rankFailingSteps } from '../read/failures/index.ts';
import { readRollups } from '../read/read-rollups.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, readMadeSpans, rollupRanges } from '../read/rollup-ranges.ts';
import { EVERYTHING } from '../read/scope.ts';
import { inSnapshot } from '../read/snapshot.ts';
import { makeSpans } from './make-spans.ts';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'spans-test', max: 4 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(clear);

async function clear(): Promise<void> {
  await sql`TRUNCATE rollup_minutes, rollup_durations, rollup_errors, rollup_spans, rollup_late`;
  await sql`UPDATE rollup_progress SET made_until = '-infinity'`;
}

const NOW_MINUTE = Math.floor(Date.now() / MINUTE_MS);
/** Begins there a span of eight days, which is over; minutes since 1970. */
const LONG_AGO = Math.floor(NOW_MINUTE / 11_520) * 11_520 - 11_520;
const quartersAgo = (count: number): number => Math.floor(NOW_MINUTE / 15) * 15 - count * 15;

function delta(minute: number, changes: Partial<RollupDelta> = {}): RollupDelta {
  const key = { env: 'production', serviceKey: 'orders', workflowName: 'order', stepName: '' };
  return { ...key, measure: 'started', minute, count: 1, ...changes };
}

const apply = (deltas: RollupDelta[], slot = 0): Promise<void> =>
  inTransaction(sql, (tx) => applyRollups(tx, deltas, slot));

async function makeAll(): Promise<void> {
  while ((await makeSpans(sql))?.more === true);
}

/** [width, start in minutes behind LONG_AGO, step, started, completed, durations], of environments or of all else. */
async function spans(kind: 'env' | 'other', env = 'production') {
  const rows = await sql`
    SELECT minutes, (extract(epoch FROM start) / 60)::bigint - ${LONG_AGO}::bigint AS start, step_name AS step, started, completed, durations
    FROM rollup_spans WHERE (counts_of = 'env') = ${kind === 'env'} AND env = ${env}
    ORDER BY minutes, start, service_key, step_name`;
  return rows.map((row) => Object.values(row));
}

const progress = async () => (await sql`SELECT made_until AS until FROM rollup_progress`)[0]!['until'] as Date;

test('a quarter of an hour is added up over its slots and names, and wider spans over narrower ones', async () => {
  const at = LONG_AGO;
  await apply([delta(at), delta(at + 14), delta(at + 14, { measure: 'duration', bucket: 7 })], 1);
  await apply([delta(at), delta(at + 5, { measure: 'duration', bucket: 7 }), delta(at + 15)], 2);
  await apply([delta(at + 1, { stepName: 'pay', measure: 'completed' }), delta(at + 1_440, { env: 'dev' })], 3);
  await apply([delta(at + 61, { measure: 'duration', bucket: -1 }), delta(at + 62), delta(at + 62, { count: -1 })], 3);
  await makeAll();
  expect(await spans('other')).toEqual([
    [15, 0, '', 3, 0, '7:2'],
    [15, 0, 'pay', 0, 1, ''],
    [15, 15, '', 1, 0, ''],
    [15, 60, '', 0, 0, '-1:1'],
    [60, 0, '', 4, 0, '7:2'],
    [60, 0, 'pay', 0, 1, ''],
    [60, 60, '', 0, 0, '-1:1'],
    ...[240, 1_440, 5_760, 11_520].flatMap((width) => [
      [width, 0, '', 4, 0, '-1:1,7:2'],
      [width, 0, 'pay', 0, 1, ''],
    ]),
  ]);
  expect(await spans('other', 'dev')).toEqual([
    ...[15, 60, 240, 1_440].map((width) => [width, 1_440, '', 1, 0, '']),
    [5_760, 0, '', 1, 0, ''],
    [11_520, 0, '', 1, 0, ''],
  ]);
});

test('all of an environment stand together, too, whatever of it is made again', async () => {
  const at = LONG_AGO;
  await apply([delta(at), delta(at, { serviceKey: 'mail', count: 2 }), delta(at, { stepName: 'pay', count: 9 })]);
  await apply([delta(at, { env: 'dev', count: 4 }), delta(at + 61, { count: 8 })]);
  await makeAll();
  await apply([delta(at, { serviceKey: 'mail', measure: 'duration', bucket: 3 }), delta(at, { count: 16 })]);
  await makeAll();
  expect(await spans('env')).toEqual([
    [15, 0, '', 19, 0, '3:1'],
    [15, 60, '', 8, 0, ''],
    [60, 0, '', 19, 0, '3:1'],
    [60, 60, '', 8, 0, ''],
    ...[240, 1_440, 5_760, 11_520].map((width) => [width, 0, '', 27, 0, '3:1']),
  ]);
  expect(await spans('env', 'dev')).toEqual(
    [15, 60, 240, 1_440, 5_760, 11_520].map((width) => [width, 0, '', 4, 0, '']),
  );
});

test('a store that had spans of four days gets those of eight from the migration', async () => {
  const minutes = Array.from({ length: 60 }, (_, nth) => LONG_AGO + nth * nth * 5 - 6_000);
  await apply(
    minutes.flatMap((minute, nth) => [
      delta(minute, { serviceKey: `s${nth % 2}`, count: (nth % 3) + 1 }),
      delta(minute, { serviceKey: `s${nth % 2}`, measure: 'duration', bucket: nth % 4 }),
      delta(minute, { measure: 'failed', stepName: 'pay' }),
    ]),
  );
  await apply([delta(minutes[7]!, { count: -1, serviceKey: 's1' })], 1);
  await makeAll();
  const all = () => sql`SELECT * FROM rollup_spans ORDER BY minutes, counts_of, start, env, service_key, step_name`;
  const made = await all();
  expect(new Set(made.map((row) => `${row['minutes']} ${row['counts_of']} ${row['start']}`)).size).toBeGreaterThan(300);
  await sql`DELETE FROM rollup_spans WHERE minutes = 11520`;
  const file = new URL('../../../../sql/migrations/0016_eight_days.sql', import.meta.url);
  const migration = await readFile(file, 'utf8');
  await sql.unsafe(
    migration.slice(migration.indexOf('CREATE TEMPORARY TABLE'), migration.indexOf('INSERT INTO rollup_error_spans')),
  );
  expect(await all()).toEqual(made);
});

test('the last half hour is left to its minutes', async () => {
  await apply([delta(NOW_MINUTE - 2), delta(NOW_MINUTE - 29), delta(quartersAgo(4))]);
  await makeAll();
  const made =
    await sql`SELECT extract(epoch FROM start)::bigint / 60 AS start FROM rollup_spans WHERE minutes = 15 AND counts_of = 'name'`;
  expect(made.map(({ start }) => start as number)).toEqual([quartersAgo(4)]);
  // What came more than five minutes late was marked, and is not made yet.
  expect(await sql`SELECT FROM rollup_late`).toEqual([]);
  expect((await progress()).getTime()).toBeLessThanOrEqual((NOW_MINUTE - 29) * MINUTE_MS);
});

test('a wider span is made when it ends, though nothing came since it began', async () => {
  await apply([delta(LONG_AGO + 5)]);
  await makeAll();
  await sql`DELETE FROM rollup_spans WHERE minutes > 15`;
  await sql`UPDATE rollup_progress SET made_until = timestamptz 'epoch' + ${LONG_AGO + 15}::int * interval '1 minute'`;
  await makeAll();
  expect(await spans('other')).toEqual([15, 60, 240, 1_440, 5_760, 11_520].map((width) => [width, 0, '', 1, 0, '']));
});

test('what comes late is marked, and its spans are made again', async () => {
  await apply([delta(LONG_AGO), delta(LONG_AGO, { serviceKey: 'mail' })]);
  await makeAll();
  await apply([delta(LONG_AGO + 3, { count: 4 })]);
  expect((await progress()).getTime()).toBeGreaterThan(LONG_AGO * MINUTE_MS);
  expect(await sql`SELECT service_key AS service FROM rollup_late`).toEqual([{ service: 'orders' }]);
  expect(await makeSpans(sql)).toMatchObject({ again: 1 });
  expect(await spans('other')).toEqual(
    [15, 60, 240, 1_440, 5_760, 11_520].flatMap((width) => [
      [width, 0, '', 1, 0, ''],
      [width, 0, '', 5, 0, ''],
    ]),
  );
  expect(await sql`SELECT FROM rollup_late`).toEqual([]);
});

test('a mark that a transaction has not committed yet stays for the next round', async () => {
  await apply([delta(LONG_AGO)]);
  await makeAll();
  await inTransaction(sql, async (tx) => {
    await applyRollups(tx, [delta(LONG_AGO)], 0);
    await makeAll();
  });
  await makeAll();
  expect((await spans('other')).map(([, , , started]) => started as number)).toEqual([2, 2, 2, 2, 2, 2]);
});

test('the last minute with a failure is that of which one is left', async () => {
  const failed = (minute: number, count: number) => delta(minute, { measure: 'failed', count });
  await apply([failed(LONG_AGO, 2), failed(LONG_AGO + 3, 1), failed(LONG_AGO + 20, 1)], 0);
  await apply([failed(LONG_AGO + 3, -1)], 1);
  await makeAll();
  const rows = await sql`
    SELECT minutes, failed, (extract(epoch FROM last_failed) / 60)::bigint - ${LONG_AGO}::bigint AS last
    FROM rollup_spans WHERE counts_of = 'name' ORDER BY minutes, start`;
  expect(rows.map((row) => Object.values(row))).toEqual([
    [15, 2, 0],
    [15, 1, 20],
    ...[60, 240, 1_440, 5_760, 11_520].map((width) => [width, 3, 20]),
  ]);
});

/** Every name is a letter, every time a minute of the last ten days. */
const arbitraryDelta = fc
  .record({
    minutesAgo: fc.integer({ min: 0, max: 10 * 1440 }),
    env: fc.constantFrom('dev', 'production'),
    serviceKey: fc.constantFrom('mail', 'orders'),
    stepName: fc.constantFrom('', 'pay'),
    measure: fc.constantFrom<RollupDelta['measure']>('started', 'completed', 'failed', 'retries', 'duration'),
    count: fc.integer({ min: -2, max: 5 }).filter((count) => count !== 0),
    bucket: fc.integer({ min: -1, max: 4 }),
  })
  .map(({ minutesAgo, bucket, measure, ...rest }) =>
    delta(NOW_MINUTE - minutesAgo, { ...rest, measure, ...(measure === 'duration' && { bucket }) }),
  );

/** Rounds of changes, each of a slot of its own, or of upkeep. */
const arbitraryRounds = (each: fc.Arbitrary<RollupDelta>) =>
  fc.array(fc.oneof(fc.constant('make' as const), fc.array(each, { minLength: 1, maxLength: 30 })), {
    minLength: 1,
    maxLength: 6,
  });

/** Returns all changes. */
async function play(rounds: readonly ('make' | RollupDelta[])[]): Promise<RollupDelta[]> {
  await clear();
  for (const [slot, round] of rounds.entries()) await (round === 'make' ? makeAll() : apply(round, slot));
  return rounds.flatMap((round) => (round === 'make' ? [] : round));
}

/** Minutes that few changes fall into, so that they cancel out now and then. */
const arbitraryFailure = fc
  .record({
    quartersAgo: fc.integer({ min: 0, max: 20 }),
    isLongAgo: fc.boolean(),
    stepName: fc.constantFrom('pay', 'ship'),
    count: fc.constantFrom(-1, 1, 2),
  })
  .map(({ quartersAgo: ago, isLongAgo, ...rest }) =>
    delta(quartersAgo(ago) - (isLongAgo ? 8 * 1_440 : 0), { ...rest, measure: 'failed' }),
  );

/** Only what was counted is ever taken back, at its own minute: without the changes that would leave less than nothing there. */
function withoutDebts(rounds: readonly ('make' | RollupDelta[])[]): ('make' | RollupDelta[])[] {
  const left = new Map<string, number>();
  const isCovered = ({ stepName, minute, count }: RollupDelta): boolean => {
    const rest = (left.get(`${stepName} ${minute}`) ?? 0) + count;
    if (rest >= 0) left.set(`${stepName} ${minute}`, rest);
    return rest >= 0;
  };
  return rounds.map((round) => (round === 'make' ? round : round.filter((each) => isCovered(each))));
}

test('the steps that failed most, and when last, are those of the deltas', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryRounds(arbitraryFailure),
      fc.constantFrom(10, 2 * 60, 4 * 1_440, 10 * 1_440),
      async (rounds, minutes) => {
        const all = await play(withoutDebts(rounds));
        const range = { since: (NOW_MINUTE - minutes) * MINUTE_MS + 7, until: NOW_MINUTE * MINUTE_MS + 1 };
        const filter = { scope: EVERYTHING, envs: [], services: [], names: [] };
        const { value } = await inSnapshot(sql, (tx) => rankFailingSteps(tx, { ...filter, ...range }, null, 10));
        const expected = ['pay', 'ship'].flatMap((stepName) => {
          const own = all.filter((each) => each.stepName === stepName && each.minute >= NOW_MINUTE - minutes);
          const byMinute = new Map<number, number>();
          for (const { minute, count } of own) byMinute.set(minute, (byMinute.get(minute) ?? 0) + count);
          const count = own.reduce((sum, each) => sum + each.count, 0);
          const left = [...byMinute].filter(([, failures]) => failures > 0).map(([minute]) => minute);
          return count > 0 ? [{ stepName, count, last: Math.max(...left) }] : [];
        });
        const found = value.map(({ stepName, count, lastMinute }) => ({
          stepName,
          count,
          last: lastMinute.getTime() / MINUTE_MS,
        }));
        expect(found).toEqual(expected.toSorted((a, b) => b.count - a.count));
      },
    ),
    { numRuns: 60 },
  );
});

test('sums over any range equal those of the deltas', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryRounds(arbitraryDelta),
      fc.record({ agoFrom: fc.integer({ min: 0, max: 10 * 1440 }), length: fc.integer({ min: 1, max: 10 * 1440 }) }),
      fc.constantFrom(null, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, DAY_MS),
      fc.constantFrom(['orders'], []),
      async (rounds, { agoFrom, length }, stepMs, services) => {
        const all = await play(rounds);
        const aligned =
          Math.floor(((NOW_MINUTE - agoFrom) * MINUTE_MS) / (stepMs ?? MINUTE_MS)) * (stepMs ?? MINUTE_MS);
        const range = { from: aligned, to: aligned + length * MINUTE_MS };
        expect(await summed(range, stepMs, services)).toEqual(expectedSums(all, range, stepMs, services));
      },
    ),
    { numRuns: 40 },
  );
});

/** By env, step and point of the series: [started, completed, failed, retries, durations by bucket]. */
type Sums = Record<string, [number, number, number, number, Record<string, number>]>;

async function summed(
  range: { from: number; to: number },
  stepMs: number | null,
  services: readonly string[],
): Promise<Sums> {
  const series = stepMs === null ? null : { from: range.from, stepMs };
  const { value } = await inSnapshot(sql, async (tx) => {
    const ranges = rollupRanges(range, stepMs, await readMadeSpans(tx, range));
    const filter = { scope: EVERYTHING, envs: [], services, names: [], steps: [] };
    const question = { filter, ranges, series, durations: true };
    return Promise.all([
      readRollups(tx, { ...question, of: 'workflows', groupBy: ['env'] }),
      readRollups(tx, { ...question, of: 'steps', groupBy: ['env', 'step'] }),
    ]);
  });
  const sums: Sums = {};
  for (const row of value.flat()) {
    const buckets: Record<string, number> = {};
    for (const pair of row.durations.split(',').filter((text) => text !== '')) {
      const [bucket, count] = pair.split(':');
      buckets[bucket!] = (buckets[bucket!] ?? 0) + Number(count);
    }
    const counts = Object.fromEntries(Object.entries(buckets).filter(([, count]) => count !== 0));
    const sum: Sums[string] = [row.started, row.completed, row.failed, row.retries, counts];
    if (JSON.stringify(sum) !== '[0,0,0,0,{}]') sums[`${row.env} ${row.step ?? ''} ${row.point}`] = sum;
  }
  return sums;
}

function expectedSums(
  all: readonly RollupDelta[],
  range: { from: number; to: number },
  stepMs: number | null,
  services: readonly string[],
): Sums {
  const sums: Sums = {};
  for (const { minute, env, serviceKey, stepName, measure, bucket, count } of all) {
    const at = minute * MINUTE_MS;
    if (at < range.from || at >= range.to || (services.length > 0 && !services.includes(serviceKey))) continue;
    const point = stepMs === null ? 0 : Math.floor((at - range.from) / stepMs);
    const sum = (sums[`${env} ${stepName} ${point}`] ??= [0, 0, 0, 0, {}]);
    const index = ['started', 'completed', 'failed', 'retries'].indexOf(measure);
    if (index === -1) sum[4][String(bucket)] = (sum[4][String(bucket)] ?? 0) + count;
    else sum[index as 0] += count;
  }
  for (const [key, sum] of Object.entries(sums)) {
    sum[4] = Object.fromEntries(Object.entries(sum[4]).filter(([, count]) => count !== 0));
    if (JSON.stringify(sum) === '[0,0,0,0,{}]') delete sums[key];
  }
  return sums;
}
