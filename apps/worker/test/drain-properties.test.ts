/**
 * One answer, whatever the way: any order of arrival, any split into requests, any repetition, drains by two workers at
 * any moment give the rows that one fold of the sorted set gives. PIPELINE_CASES sets the number of workflows (1,000);
 * a longer run: `PIPELINE_CASES=20000 npx vitest run apps/worker/test/drain-properties.test.ts --testTimeout 3600000`.
 */
import { comparePositions } from '@wm/events';
import type { StorableEvent } from '@wm/events';
import { emptyWorkflow, foldEvents, PROJECTION_VERSION } from '@wm/projection';
import type { WorkflowKey } from '@wm/projection';
import { createRegistry, NO_TRACING } from '@wm/runtime';
import { createSql, insertEvents, verifyWorkflows } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, silentLogger } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actualRun } from '../../../packages/projection/test/captured/compare.ts';
import { DRAIN_LIMITS } from '../src/drain-context.ts';
import type { DrainContext, DrainLimits } from '../src/drain-context.ts';
import { drainWorkflows } from '../src/drain-workflows.ts';
import { createWorkerMetrics } from '../src/metrics.ts';
import { RefoldRests } from '../src/refold-rests.ts';
import { ChangeAnnouncer } from '../src/change-announcer.ts';
import { ServiceArrivals } from '../src/service-arrivals.ts';
import { arrange, ENV, SERVICE, someCase } from './support/cases.ts';
import type { ArrangedCase, Case } from './support/cases.ts';
import { comparable, storedRuns } from './support/stored-runs.ts';

const cases = Number(process.env['PIPELINE_CASES'] ?? 1000);
const CASES_AT_ONCE = 40;

let database: TestDatabase;
let sql: Sql;
/** Two workers, each with connections of its own. */
let workers: DrainContext[] = [];
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'test', max: 4 });
  workers = ['first', 'second'].map((name) => ({
    sql: createSql(database.url, { applicationName: `${name} worker`, max: 4 }),
    logger: silentLogger(),
    tracing: NO_TRACING,
    metrics: createWorkerMetrics(createRegistry(name)),
    limits: DRAIN_LIMITS,
    services: new ServiceArrivals(),
    rests: new RefoldRests(),
    announcer: new ChangeAnnouncer(sql, silentLogger()),
    projectionVersion: PROJECTION_VERSION,
  }));
});

afterAll(async () => {
  await Promise.all([sql, ...workers.map((worker) => worker.sql)].map((each) => each?.end({ timeout: 5 })));
  await database?.drop();
});

/** Here nothing rests: what is asked for is drained at once. */
const USUAL: DrainLimits = { ...DRAIN_LIMITS, restTimes: 0 };
/** Bounds so small that drains end before the work does, and the usual ones. */
const limits: fc.Arbitrary<DrainLimits> = fc.constantFrom(USUAL, {
  ...USUAL,
  events: 30,
  bytes: 20_000,
  refoldAlone: 5,
});

test('the rows are those of the fold of the sorted set', async () => {
  const many = fc.array(someCase, { minLength: CASES_AT_ONCE, maxLength: CASES_AT_ONCE });
  const property = fc.asyncProperty(many, limits, async (batch, chosen) => {
    for (const worker of workers) worker.limits = chosen;
    const arranged = batch.map((one) => arrange(one, serial++));
    await arrive(arranged);
    for (const [index, one] of arranged.entries()) await expectFoldOfTheSet(one, batch[index]!);
  });
  // Shrinking forty workflows at once would take long; the message shows the one that differs.
  await fc.assert(property, { numRuns: Math.ceil(cases / CASES_AT_ONCE), endOnFailure: true });

  // The rollups, too, are what a recount gives: each contribution was taken back as often as it changed.
  const found: unknown[] = [];
  await verifyWorkflows(sql, { onDifference: (difference) => found.push(difference) });
  expect(found).toEqual([]);
}, 300_000);

/** Request by request of all workflows, each round while the drains of the round before are under way. */
async function arrive(arranged: readonly ArrangedCase[]): Promise<void> {
  const rounds = Math.max(...arranged.map((one) => one.requests.length));
  let due: WorkflowKey[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const incoming = arranged.flatMap((one) => one.requests[round] ?? []);
    await Promise.all([store(incoming), drainByBoth(due)]);
    due = arranged.filter((one) => one.drained[round % one.drained.length] === true).map(keyOf);
  }
  await drainByBoth(arranged.map(keyOf));
  const [row] = await sql<{ left: number }[]>`SELECT count(*) AS left FROM pending_events`;
  expect(row?.left).toBe(0);
}

async function store(events: readonly StorableEvent[]): Promise<void> {
  const outcomes = await insertEvents(sql, events);
  expect(outcomes.filter((outcome) => outcome === 'id_reused')).toEqual([]);
}

/** Both workers get most of the workflows, in different orders. */
async function drainByBoth(keys: readonly WorkflowKey[]): Promise<void> {
  const shares = [keys, keys.toReversed().slice(0, Math.ceil(keys.length * 0.7))];
  await Promise.all(
    workers.map(async (worker, index) => {
      let left = shares[index]!;
      while (left.length > 0) {
        const report = await drainWorkflows(worker, left, { room: 0, slot: index, sweeping: false });
        expect([...report.failed.values()]).toEqual([]);
        left = report.held;
      }
    }),
  );
}

async function expectFoldOfTheSet(one: ArrangedCase, from: Case): Promise<void> {
  const { runs } = foldEvents(emptyWorkflow(), one.events.toSorted(comparePositions));
  const folded = runs.map(actualRun);
  const stored = await storedRuns(sql, keyOf(one));
  expect(
    stored.map((run, index) => comparable(run, folded[index])),
    `rows of ${fc.stringify(from)}`,
  ).toEqual(folded.map((run) => comparable(run)));
}

function keyOf({ workflowId }: ArrangedCase): WorkflowKey {
  return { env: ENV, serviceKey: SERVICE, workflowId };
}
