/** Rebuilding while the system runs: what is damaged is mended, what is interrupted goes on, other versions converge. */
import { PROJECTION_VERSION } from '@wm/projection';
import { createRegistry } from '@wm/runtime';
import { countRebuilds, requestRebuilds, requestRecounts } from '@wm/store';
import type { RebuildScope } from '@wm/store';
import { waitFor } from '@wm/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { completeWorkflow, eventsOf, surroundings } from '../drain/support.ts';
import type { Surroundings } from '../drain/support.ts';

let here: Surroundings;
afterEach(() => here.close());

const QUIET = { sweepAfterMs: 60_000, verifyPerSecond: 0 };

/** What `wm rebuild` asks for. @returns how many workflows */
async function ask(scope: RebuildScope = {}, incomplete = false): Promise<number> {
  const { requested, next } = await requestRebuilds(here.sql, scope, incomplete, null);
  expect(next).toBeNull();
  await requestRecounts(here.sql, scope);
  return requested;
}

async function rebuilt(): Promise<void> {
  await waitFor('everything to be rebuilt', async () => {
    const { workflows, services, failing, example } = await countRebuilds(here.sql, {});
    if (failing > 0) throw new Error(example?.error);
    return workflows + services === 0;
  });
}

/** A workflow with a value in every column: a failure, a retry, a sleep, a timeout, an end. */
function fullWorkflow(workflowId: string) {
  const event = eventsOf({ workflowId });
  return [
    event('workflow.started', { input: { order: workflowId } }),
    event('step.started', { stepName: 'a', attempt: 1 }),
    event('timeout.set', { stepName: 'a', timeoutMs: 60_000, deadline: '2026-09-01T12:10:00.000Z' }),
    event('retry.scheduled', { stepName: 'a', attempt: 1, delayMs: 5, nextAttemptAt: '2026-09-01T12:00:05.000Z' }),
    event('step.started', { stepName: 'a', attempt: 2 }),
    event('step.completed', { stepName: 'a', attempt: 2, durationMs: 7, cached: false, result: { done: 'a' } }),
    event('sleep.started', { durationMs: 1_000, resumeAt: '2026-09-01T12:00:08.000Z' }),
    event('sleep.completed', { durationMs: 1_000 }),
    event('workflow.completed', { completedSteps: ['a'], durationMs: 9_000, output: { fine: true } }),
  ];
}

describe('damage', () => {
  test.each([
    ['workflows', ['input', 'output']],
    ['workflow_steps', ['result']],
    ['step_attempts', []],
    ['workflow_sleeps', []],
  ])('in any column of %s is found and mended', async (table, values) => {
    here = await surroundings(null);
    await here.worker(QUIET);
    const columns = await damagingValues(table);
    expect(columns.map(({ column }) => column)).toEqual(expect.arrayContaining(['id', 'run', 'env', ...values]));
    await here.put(columns.flatMap(({ column }) => fullWorkflow(`w-${column}`)));
    await here.settled();
    for (const { column, damage } of columns) {
      const changed = await here.sql.unsafe(
        `UPDATE ${table} SET ${column} = ${damage} WHERE workflow_id = 'w-${column}'
           AND ctid = (SELECT min(ctid) FROM ${table} WHERE workflow_id = 'w-${column}')`,
      );
      expect(changed.count).toBe(1);
    }
    const found = new Set((await here.differences()).map((one) => (one.about === 'row' ? one.key.workflowId : '')));
    expect(columns.filter(({ column }) => !found.has(`w-${column}`))).toEqual([]);
    await ask();
    await rebuilt();
    expect(await here.differences()).toEqual([]);
  });

  test('rows that are gone come back, surplus ones go, and the rollups are right again', async () => {
    here = await surroundings(null);
    await here.worker(QUIET);
    await here.put(['gone', 'parts', 'surplus', 'sound'].flatMap((id) => fullWorkflow(id)));
    await here.settled();
    for (const table of ['workflows', 'workflow_steps', 'step_attempts', 'workflow_sleeps'])
      await here.sql.unsafe(`DELETE FROM ${table} WHERE workflow_id = 'gone'`);
    await here.sql`DELETE FROM workflow_steps WHERE workflow_id = 'parts'`;
    await here.sql`
      INSERT INTO step_attempts (id, env, service_key, workflow_id, run, step_name, attempt_number, result, inferred, retry_scheduled)
      VALUES (gen_random_uuid(), 'test', 'shop', 'surplus', 7, 'never', 1, 'success', false, false)`;
    await here.sql`UPDATE rollup_minutes SET started = started + 5`;
    await here.sql`DELETE FROM rollup_durations`;
    const [before] = await here.sql`SELECT xmin::text, ctid::text FROM workflows WHERE workflow_id = 'sound'`;
    expect(await ask()).toBe(4);
    await rebuilt();
    expect(await here.differences()).toEqual([]);
    expect(await here.sql`SELECT xmin::text, ctid::text FROM workflows WHERE workflow_id = 'sound'`).toEqual([before]);
  });

  test('is mended while events keep coming, and no read meets half a workflow', async () => {
    here = await surroundings(null);
    await Promise.all([here.worker(QUIET), here.worker(QUIET)]);
    const ids = Array.from({ length: 150 }, (_, index) => `w-${index}`);
    const rest = new Map(ids.map((id) => [id, completeWorkflow(id, 4)]));
    await here.put(ids.flatMap((id) => rest.get(id)!.splice(0, 5)));
    await here.settled();
    await here.sql`UPDATE workflows SET status = 'failed', event_count = 0 WHERE run = 1`;
    await here.sql`DELETE FROM workflow_steps WHERE step_name = 'step-1'`;
    expect(await ask()).toBe(150);
    const reading = { on: true };
    const halves: unknown[] = [];
    const reader = (async () => {
      while (reading.on)
        halves.push(
          ...(await here.sql`
            SELECT w.workflow_id, w.event_count, count(s.*) AS steps FROM workflows w LEFT JOIN workflow_steps s USING (workflow_id)
            GROUP BY 1, 2 HAVING (w.event_count = 0) <> (bool_and(s.step_name IS DISTINCT FROM 'step-1'))`),
        );
    })();
    const posted = Promise.all(ids.map(async (id) => here.put(rest.get(id)!)));
    await Promise.all([rebuilt(), posted]);
    await here.settled();
    reading.on = false;
    await reader;
    expect(halves).toEqual([]);
    expect(await here.differences()).toEqual([]);
    expect(await here.sql`SELECT FROM workflows WHERE status <> 'completed' OR event_count <> 10`).toHaveLength(0);
  });
});

test('a scope names what is rebuilt', async () => {
  here = await surroundings(null);
  await here.put(completeWorkflow('a'));
  await here.put(completeWorkflow('b', 1, { serviceKey: 'other' }));
  await here.put(completeWorkflow('c', 1, { env: 'elsewhere' }));
  expect(await ask({ serviceKey: 'shop' })).toBe(2);
  expect(await ask({ env: 'test', serviceKey: 'shop', workflowId: 'a' })).toBe(1);
  expect(await ask({ since: new Date('2030-01-01') })).toBe(0);
  expect(await countRebuilds(here.sql, {})).toMatchObject({ workflows: 2 });
  expect(await countRebuilds(here.sql, { env: 'elsewhere' })).toMatchObject({ workflows: 1 });
});

test('interrupted in the middle, it goes on where it was', async () => {
  here = await surroundings(null);
  const first = await here.worker(QUIET);
  await here.put(Array.from({ length: 60 }, (_, index) => completeWorkflow(`w-${index}`)).flat());
  await here.settled();
  await here.sql`UPDATE workflows SET duration_ms = 1`;
  // Whoever comes to this workflow waits for us; what was rebuilt before is committed.
  await here.sql.begin(async (holder) => {
    await holder`SELECT FROM workflows WHERE workflow_id = 'w-40' FOR UPDATE`;
    await ask();
    const [rebuilder] = await waitFor('the rebuild to be in the middle', async () => {
      const waiting = await here.sql<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'wm-worker' AND wait_event_type = 'Lock'`;
      return waiting.length > 0 && waiting;
    });
    const { workflows } = await countRebuilds(here.sql, {});
    expect(workflows).toBeGreaterThan(0);
    expect(workflows).toBeLessThan(60);
    await here.sql`SELECT pg_terminate_backend(${rebuilder!.pid})`;
    await first.stop();
    expect((await countRebuilds(here.sql, {})).workflows).toBe(workflows);
  });
  await here.worker(QUIET);
  await rebuilt();
  expect(await here.differences()).toEqual([]);
});

test('a workflow that cannot be written waits with its error and hides none behind it', async () => {
  here = await surroundings(null);
  const registry = createRegistry('worker');
  await here.put(['a', 'b', 'c'].flatMap((id) => completeWorkflow(id)));
  await here.worker({ ...QUIET, sweepAfterMs: 0, sweepEveryMs: 50, registry });
  await here.settled();
  await here.sql`UPDATE workflows SET duration_ms = 1`;
  await here.sql`ALTER TABLE workflows ADD CONSTRAINT refused CHECK (workflow_id <> 'a' OR duration_ms = 1)`;
  await ask();
  await waitFor('the others', async () => (await countRebuilds(here.sql, {})).workflows === 1);
  const [request] = await waitFor('the failure', async () => {
    const rows = await here.sql`SELECT workflow_id, failures, error FROM rebuild_requests WHERE failures > 0`;
    return rows.length > 0 && rows;
  });
  expect(request).toMatchObject({ workflow_id: 'a', error: expect.stringContaining('refused') });
  await here.sql`ALTER TABLE workflows DROP CONSTRAINT refused`;
  await rebuilt();
  expect(await here.differences()).toEqual([]);
});

describe('rows of another version', () => {
  test('converge after a change of the version in force, without an event that meets them', async () => {
    here = await surroundings(null);
    const old = await here.worker({ ...QUIET, versionEveryMs: 50 });
    await here.put(Array.from({ length: 20 }, (_, index) => completeWorkflow(`w-${index}`)).flat());
    await here.settled();
    const next = PROJECTION_VERSION + 1;
    await here.worker({ ...QUIET, projectionVersion: next, versionEveryMs: 50 });
    for (const version of [next, PROJECTION_VERSION]) {
      await here.sql`UPDATE projection_target SET version = ${version}, changed_at = now()`;
      await waitFor(`all rows to be of version ${version}`, async () => {
        const others = await here.sql`SELECT FROM workflows WHERE projection_version <> ${version} LIMIT 1`;
        return others.length === 0;
      });
    }
    await rebuilt();
    await old.stop();
    expect(await here.differences()).toEqual([]);
  });

  test('wait for drains that began before the change', async () => {
    here = await surroundings(null);
    await here.put(completeWorkflow('w'));
    const worker = await here.worker({ ...QUIET, sweepAfterMs: 0, sweepEveryMs: 50, versionEveryMs: 50 });
    await here.settled();
    await worker.stop();
    const late = here.sql.begin(async (drain) => {
      await drain`SET application_name = 'wm-worker'`;
      await drain`SELECT`;
      await here.sql`UPDATE projection_target SET version = ${PROJECTION_VERSION}, changed_at = now()`;
      await here.worker({ ...QUIET, versionEveryMs: 50 });
      await waitFor('the walk to have been set up', async () => {
        const rows = await here.sql`
          SELECT FROM workflow_walks w JOIN projection_target p USING (changed_at)
          WHERE name = 'stale' AND finished_at IS NULL`;
        return rows.length > 0;
      });
      await drain`UPDATE workflows SET projection_version = 0, status = 'failed'`;
      await drain`RESET application_name`;
    });
    await late;
    await waitFor('the row to be of this version', async () => {
      const rows = await here.sql`SELECT FROM workflows WHERE projection_version = ${PROJECTION_VERSION}`;
      return rows.length === 1;
    });
    expect(await here.differences()).toEqual([]);
  });
});

test('a workflow whose first events are gone from the log keeps its rows, unless that is asked for', async () => {
  here = await surroundings(null);
  await here.worker(QUIET);
  await here.put([...completeWorkflow('cut'), ...completeWorkflow('all-gone')]);
  await here.settled();
  await here.sql`DELETE FROM workflow_events WHERE workflow_id = 'all-gone' OR event_type = 'workflow.started'`;
  await ask();
  await rebuilt();
  expect(await here.sql`SELECT event_count FROM workflows ORDER BY workflow_id`).toEqual([
    { event_count: 8 },
    { event_count: 8 },
  ]);
  await ask({}, true);
  await rebuilt();
  expect(await here.sql`SELECT workflow_id, event_count, gaps FROM workflows`).toEqual([
    { workflow_id: 'cut', event_count: 7, gaps: ['start'] },
  ]);
  expect(await here.differences()).toEqual([]);
});

interface Damage {
  column: string;
  /** An SQL expression that gives another value than the one that is there. */
  damage: string;
}

/** For every column that a fold writes, a value that is wrong. */
async function damagingValues(table: string): Promise<Damage[]> {
  const columns = await here.sql<{ column: string; type: string; labels: string[] }[]>`
    SELECT column_name AS column, udt_name AS type,
           ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = to_regtype(udt_name)) AS labels
    FROM information_schema.columns
    WHERE table_name = ${table} AND is_generated = 'NEVER' AND column_name NOT IN ('created_at', 'updated_at')`;
  return columns.map(({ column, type, labels }) => ({ column, damage: wrong(column, type, labels) }));
}

function wrong(column: string, type: string, labels: readonly string[]): string {
  if (labels.length > 0) {
    const [first, second] = labels;
    return `CASE WHEN ${column} IS DISTINCT FROM '${first}' THEN '${first}'::${type} ELSE '${second}'::${type} END`;
  }
  if (column === 'contribution') return `'{"no": "list"}'`;
  if (column === 'fold_state') return `'null'`;
  const values: Record<string, string> = {
    uuid: 'gen_random_uuid()',
    text: `coalesce(${column}, '') || '-wrong'`,
    bool: `NOT coalesce(${column}, false)`,
    int4: `coalesce(${column}, 0) + 7`,
    int8: `coalesce(${column}, 0) + 7`,
    timestamptz: `coalesce(${column}, '2026-01-01') - interval '1 hour'`,
    jsonb: `'"wrong"'`,
    _text: `array_append(${column}, 'wrong')`,
    _int4: `array_append(${column}, 7)`,
  };
  const value = values[type];
  if (value === undefined) throw new Error(`no wrong value is known for the type ${type} of ${column}`);
  return value;
}
