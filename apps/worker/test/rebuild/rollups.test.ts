/**
 * What the rollups say of any hour and day is what the rows of the projection say themselves: after events in any order, runs
 * under the same id, refolds, damage and rebuilds, with spans made at any moment in between.
 */
import type { StorableEvent } from '@wm/events';
import { durationBucket } from '@wm/projection';
import {
  countFailuresByWorkflow,
  countRebuilds,
  DAY_MS,
  EVERYTHING,
  HOUR_MS,
  inSnapshot,
  listErrorGroups,
  makeSpans,
  requestRebuilds,
  requestRecounts,
  sumRollups,
  type TimeRange,
} from '@wm/store';
import { waitFor } from '@wm/testkit';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { surroundings, type Surroundings } from '../drain/support.ts';
import { arrange, someCase } from '../support/cases.ts';

let here: Surroundings;
afterEach(() => here.close());

const WORKFLOWS = 25;
/** A bucket may be -0, which is 0 once it was stored. */
const NOT_MINUS_ZERO = 0;

/** Whole days around the time of the made-up events; a few of them say that they are of another year. */
const RANGE: TimeRange = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 9, 31) };

/** What a rebuild must mend. */
const DAMAGES = [
  'UPDATE rollup_minutes SET started = started + 5, completed = 0',
  'DELETE FROM rollup_durations',
  "UPDATE rollup_errors SET error_group = 'not ' || gen_random_uuid()",
  "UPDATE workflows SET status = 'failed', completed_at = NULL, duration_ms = 1 WHERE status = 'completed'",
  "DELETE FROM workflows WHERE workflow_id LIKE '%3'",
  'DELETE FROM workflow_steps',
] as const;

test('after late events, refolds, reruns and rebuilds', { timeout: 300_000 }, async () => {
  here = await surroundings(null);
  await here.worker({ sweepAfterMs: 60_000, verifyPerSecond: 0 });
  const batch = fc.array(someCase, { minLength: WORKFLOWS, maxLength: WORKFLOWS });
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(
      batch,
      fc.constantFrom(...DAMAGES),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      async (cases, damage, made) => {
        const arranged = cases.map((one) => arrange(one, serial++));
        const rounds = Math.max(...arranged.map(({ requests }) => requests.length));
        for (let round = 0; round < rounds; round += 1) {
          await here.put(
            arranged.flatMap(({ requests }, nth) => (requests[round] ?? []).map((event) => later(event, nth))),
          );
          if (made[round % made.length] === true) await makeAll();
        }
        await here.settled();
        await expectRecount();
        await here.sql.unsafe(damage);
        await makeAll();
        await rebuild();
        await expectRecount();
        await makeAll();
        await expectRecount();
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
});

/** So that the workflows lie in many hours and several days. */
function later(event: StorableEvent, nth: number): StorableEvent {
  return { ...event, at: event.at + nth * 5 * HOUR_MS };
}

async function makeAll(): Promise<void> {
  while ((await makeSpans(here.sql))?.more === true);
}

async function rebuild(): Promise<void> {
  await requestRebuilds(here.sql, {}, false, null);
  await requestRecounts(here.sql, {});
  await waitFor('everything to be rebuilt', async () => {
    const { workflows, services, failing, example } = await countRebuilds(here.sql, {});
    if (failing > 0) throw new Error(example?.error);
    return workflows + services === 0;
  });
}

/** By point: started, completed, failed, cancelled, and the buckets of the durations in order. */
type Counts = Record<string, [number, number, number, number, number[]]>;

async function expectRecount(): Promise<void> {
  for (const stepMs of [HOUR_MS, DAY_MS]) {
    for (const of of ['workflows', 'steps'] as const) {
      const counted = await recount(of, stepMs);
      expect(Object.keys(counted).length).toBeGreaterThan(0);
      expect(await summed(of, stepMs)).toEqual(counted);
    }
  }
  await expectFailures();
}

/** By group and by workflow: how many failed runs stand there. */
async function expectFailures(): Promise<void> {
  const rows = await here.sql<{ errorGroup: string; place: string; failedAt: Date }[]>`
    SELECT error_group AS "errorGroup", env || ' ' || service_key || ' ' || workflow_name AS place, failed_at AS "failedAt" FROM workflows
    WHERE status = 'failed' AND error_group IS NOT NULL AND failed_at >= ${new Date(RANGE.from)} AND failed_at < ${new Date(RANGE.to)}`;
  const expected: Record<string, number> = {};
  for (const { errorGroup, place, failedAt } of rows) {
    const day = Math.floor((failedAt.getTime() - RANGE.from) / DAY_MS);
    for (const key of [`group ${errorGroup} ${day}`, `workflow ${place}`]) expected[key] = (expected[key] ?? 0) + 1;
  }
  const range = { scope: EVERYTHING, envs: [], services: [], names: [], since: RANGE.from, until: RANGE.to };
  const most = 10_000;
  const { value } = await inSnapshot(here.sql, async (tx) => ({
    groups: await listErrorGroups(tx, range, [], null, { limit: most, partMs: DAY_MS }),
    workflows: await countFailuresByWorkflow(tx, range, null, most),
  }));
  const counts: Record<string, number> = {};
  for (const { errorGroup, trend } of value.groups) {
    for (const [day, count] of trend) counts[`group ${errorGroup} ${day}`] = count;
  }
  for (const { env, serviceKey, workflowName, count } of value.workflows) {
    counts[`workflow ${env} ${serviceKey} ${workflowName}`] = count;
  }
  expect(counts).toEqual(expected);
}

async function summed(of: 'workflows' | 'steps', stepMs: number): Promise<Counts> {
  const filter = { scope: EVERYTHING, envs: [], services: [], names: [], steps: [] };
  const question = { filter, of, groupBy: ['env'] as const, stepMs, durations: true };
  const { value } = await inSnapshot(here.sql, (tx) => sumRollups(tx, RANGE, question));
  const counts: Counts = {};
  for (const { point, started, completed, failed, cancelled, durations } of value) {
    // A bucket may come in parts, of which one takes back what another counted.
    const byBucket = new Map<number, number>();
    for (const text of durations.split(',').filter((part) => part !== '')) {
      const [bucket, count] = text.split(':').map(Number) as [number, number];
      byBucket.set(bucket, (byBucket.get(bucket) ?? 0) + count);
    }
    const buckets = [...byBucket].flatMap(([bucket, count]) => Array.from({ length: count }, () => bucket));
    const all: Counts[string] = [started, completed, failed, cancelled, buckets.toSorted((a, b) => a - b)];
    if (all.flat().length > 4 || all.some((count) => typeof count === 'number' && count !== 0)) counts[point] = all;
  }
  return counts;
}

/** From the columns that people see, with nothing of what the fold keeps for the rollups. */
async function recount(of: 'workflows' | 'steps', stepMs: number): Promise<Counts> {
  type Row = { started: Date | null; ended: Date | null; status: string; ms: number | null };
  const rows =
    of === 'workflows'
      ? await here.sql<Row[]>`
          SELECT coalesce(started_at, CASE WHEN 'start' = ANY (gaps) THEN sort_at END) AS started,
            CASE status WHEN 'completed' THEN completed_at WHEN 'failed' THEN failed_at WHEN 'cancelled' THEN cancelled_at END AS ended,
            status, duration_ms AS ms
          FROM workflows`
      : await here.sql<Row[]>`
          SELECT started_at AS started, CASE WHEN status IN ('completed', 'failed') THEN completed_at END AS ended, status,
            total_duration_ms AS ms
          FROM workflow_steps`;
  const counts: Counts = {};
  const at = (time: Date | null): Counts[string] | null => {
    if (time === null || time.getTime() < RANGE.from || time.getTime() >= RANGE.to) return null;
    return (counts[Math.floor((time.getTime() - RANGE.from) / stepMs)] ??= [0, 0, 0, 0, []]);
  };
  for (const { started, ended, status, ms } of rows) {
    const [begun, over] = [at(started), at(ended)];
    if (begun !== null) begun[0] += 1;
    if (over === null) continue;
    over[(['completed', 'failed', 'cancelled'].indexOf(status) + 1) as 1 | 2 | 3] += 1;
    if (status === 'completed' && ms !== null) over[4].push(durationBucket(ms) + NOT_MINUS_ZERO);
  }
  for (const count of Object.values(counts)) count[4].sort((a, b) => a - b);
  return counts;
}
