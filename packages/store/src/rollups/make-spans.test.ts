/** Sums over ranges are the same whatever is made of hours and days, and whatever comes late. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { createSql, type Sql } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { applyRollups } from '../projection/apply-rollups.ts';
import type { RollupDelta } from '../projection/rollup-deltas.ts';
import { readRollups } from '../read/read-rollups.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, readMadeHours, rollupRanges } from '../read/rollup-ranges.ts';
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
  await sql`UPDATE rollup_progress SET hours_until = '-infinity'`;
}

const NOW_MINUTE = Math.floor(Date.now() / MINUTE_MS);
const hoursAgo = (hours: number): number => Math.floor((Date.now() - hours * HOUR_MS) / HOUR_MS) * 60;

function delta(minute: number, changes: Partial<RollupDelta> = {}): RollupDelta {
  const key = { env: 'production', serviceKey: 'orders', workflowName: 'order', stepName: '' };
  return { ...key, measure: 'started', minute, count: 1, ...changes };
}

const apply = (deltas: RollupDelta[], slot = 0): Promise<void> =>
  inTransaction(sql, (tx) => applyRollups(tx, deltas, slot));

async function makeAll(): Promise<void> {
  while ((await makeSpans(sql))?.more === true);
}

async function spans() {
  return sql`
    SELECT hours, (extract(epoch FROM start) / 60)::bigint AS start, env, step_name AS step, started, completed, durations
    FROM rollup_spans WHERE counts_of <> 'env' ORDER BY hours, start, env, step_name`;
}

test('an hour is added up over its slots and names, and a day over its hours', async () => {
  const hour = Math.floor(hoursAgo(60) / 1440) * 1440;
  await apply([delta(hour), delta(hour + 59), delta(hour + 59, { measure: 'duration', bucket: 7 })], 1);
  await apply([delta(hour), delta(hour + 5, { measure: 'duration', bucket: 7 }), delta(hour + 60)], 2);
  await apply([delta(hour + 1, { stepName: 'pay', measure: 'completed' }), delta(hour + 2, { env: 'dev' })], 3);
  await apply(
    [delta(hour + 61, { measure: 'duration', bucket: -1 }), delta(hour + 62), delta(hour + 62, { count: -1 })],
    3,
  );
  await makeAll();
  expect([...(await spans())]).toEqual([
    { hours: 1, start: hour, env: 'dev', step: '', started: 1, completed: 0, durations: '' },
    { hours: 1, start: hour, env: 'production', step: '', started: 3, completed: 0, durations: '7:2' },
    { hours: 1, start: hour, env: 'production', step: 'pay', started: 0, completed: 1, durations: '' },
    { hours: 1, start: hour + 60, env: 'production', step: '', started: 1, completed: 0, durations: '-1:1' },
    { hours: 24, start: hour, env: 'dev', step: '', started: 1, completed: 0, durations: '' },
    { hours: 24, start: hour, env: 'production', step: '', started: 4, completed: 0, durations: '-1:1,7:2' },
    { hours: 24, start: hour, env: 'production', step: 'pay', started: 0, completed: 1, durations: '' },
  ]);
});

test('all of an environment stand together, too, whatever of it is made again', async () => {
  const hour = Math.floor(hoursAgo(60) / 1440) * 1440;
  await apply([delta(hour), delta(hour, { serviceKey: 'mail', count: 2 }), delta(hour, { stepName: 'pay', count: 9 })]);
  await apply([delta(hour, { env: 'dev', count: 4 }), delta(hour + 61, { count: 8 })]);
  await makeAll();
  await apply([delta(hour, { serviceKey: 'mail', measure: 'duration', bucket: 3 }), delta(hour, { count: 16 })]);
  await makeAll();
  const totals = await sql`
    SELECT hours, env, started, durations FROM rollup_spans WHERE counts_of = 'env' ORDER BY hours, start, env`;
  expect([...totals]).toEqual([
    { hours: 1, env: 'dev', started: 4, durations: '' },
    { hours: 1, env: 'production', started: 19, durations: '3:1' },
    { hours: 1, env: 'production', started: 8, durations: '' },
    { hours: 24, env: 'dev', started: 4, durations: '' },
    { hours: 24, env: 'production', started: 27, durations: '3:1' },
  ]);
});

test('the last hour and a half are left to their minutes', async () => {
  await apply([delta(NOW_MINUTE - 2), delta(hoursAgo(2) + 60), delta(hoursAgo(3))]);
  await makeAll();
  expect((await spans()).map(({ start }) => start)).toEqual([hoursAgo(3)]);
  expect(await sql`SELECT FROM rollup_late`).toEqual([]);
});

test('what comes late is marked, and its hour and day are made again', async () => {
  const hour = Math.floor(hoursAgo(60) / 1440) * 1440 + 120;
  await apply([delta(hour), delta(hour, { serviceKey: 'mail' })]);
  await makeAll();
  await apply([delta(hour + 3, { count: 4 })]);
  const [progress] = await sql`SELECT hours_until FROM rollup_progress`;
  expect(progress!['hours_until'].getTime()).toBeGreaterThan(hour * MINUTE_MS);
  expect(await sql`SELECT service_key AS service FROM rollup_late`).toEqual([{ service: 'orders' }]);
  const made = await makeSpans(sql);
  expect(made).toMatchObject({ again: 1 });
  expect((await spans()).map(({ hours, started }) => [hours, started])).toEqual([
    [1, 1],
    [1, 5],
    [24, 1],
    [24, 5],
  ]);
  expect(await sql`SELECT FROM rollup_late`).toEqual([]);
});

test('a mark that a transaction has not committed yet stays for the next round', async () => {
  const hour = hoursAgo(60);
  await apply([delta(hour)]);
  await makeAll();
  await inTransaction(sql, async (tx) => {
    await applyRollups(tx, [delta(hour)], 0);
    await makeAll();
  });
  await makeAll();
  expect((await spans()).filter(({ hours }) => hours === 1)).toMatchObject([{ started: 2 }]);
});

/** Every name is a letter, every time a minute of the last four days. */
const arbitraryDelta = fc
  .record({
    minutesAgo: fc.integer({ min: 0, max: 4 * 1440 }),
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

test('sums over any range equal those of the deltas', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('make' as const), fc.array(arbitraryDelta, { minLength: 1, maxLength: 30 })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.record({ agoFrom: fc.integer({ min: 0, max: 4 * 1440 }), length: fc.integer({ min: 1, max: 3 * 1440 }) }),
      fc.constantFrom(null, HOUR_MS, DAY_MS),
      fc.constantFrom(['orders'], []),
      async (steps, { agoFrom, length }, stepMs, services) => {
        await clear();
        const all: RollupDelta[] = [];
        for (const [slot, step] of steps.entries()) {
          if (step === 'make') await makeAll();
          else {
            await apply(step, slot);
            all.push(...step);
          }
        }
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
    const ranges = rollupRanges(range, stepMs, await readMadeHours(tx, range));
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
