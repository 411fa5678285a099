import { waitFor } from '@wm/testkit';
import { createRegistry } from '@wm/runtime';
import { PROJECTION_VERSION } from '@wm/projection';
import { tryLockWorkflows } from '@wm/store';
import { afterEach, describe, expect, test } from 'vitest';
import { completeWorkflow, eventsOf, surroundings } from './support.ts';
import type { Surroundings } from './support.ts';

let here: Surroundings;
afterEach(() => here.close());

/** A rule that refuses one step name, as a full column or a broken rule would. */
async function refuseStep(name: string): Promise<void> {
  await here.sql.unsafe(`ALTER TABLE workflow_steps ADD CONSTRAINT refused CHECK (step_name <> '${name}')`);
}

describe('an event that PostgreSQL refuses', () => {
  test('is set aside with its reason; its workflow and its batch go on', async () => {
    here = await surroundings(null);
    await refuseStep('poison');
    const event = eventsOf({ workflowId: 'sick' });
    const poison = event('step.started', { stepName: 'poison', attempt: 1 }, 5);
    await here.put([
      event('workflow.started', {}, 0),
      event('step.started', { stepName: 'fine', attempt: 1 }, 1),
      event('step.completed', { stepName: 'fine', attempt: 1 }, 2),
      poison,
      event('workflow.completed', { completedSteps: ['fine'] }, 9),
    ]);
    await here.put([...completeWorkflow('healthy-1'), ...completeWorkflow('healthy-2')]);
    await here.worker();
    await here.settled();
    const runs = await here.sql`SELECT workflow_id, status, event_count FROM workflows ORDER BY workflow_id`;
    expect(runs).toEqual([
      { workflow_id: 'healthy-1', status: 'completed', event_count: 8 },
      { workflow_id: 'healthy-2', status: 'completed', event_count: 8 },
      { workflow_id: 'sick', status: 'completed', event_count: 4 },
    ]);
    const marked = await here.sql`SELECT id, processing_error FROM workflow_events WHERE processing_error IS NOT NULL`;
    expect(marked).toHaveLength(1);
    expect(marked[0]).toMatchObject({ id: poison.id, processing_error: expect.stringContaining('23514') });
    expect(await here.differences()).toEqual([]);
  });

  test('stays aside when a late event makes its workflow fold again', async () => {
    here = await surroundings(null);
    await refuseStep('poison');
    const event = eventsOf({ workflowId: 'sick' });
    await here.worker();
    await here.put([
      event('workflow.started', {}, 0),
      event('step.started', { stepName: 'poison', attempt: 1 }, 5),
      event('workflow.completed', { completedSteps: ['late'] }, 9),
    ]);
    await here.settled();
    await here.put([event('step.started', { stepName: 'late', attempt: 1 }, 3)]);
    await here.settled();
    const [run] = await here.sql`SELECT status, event_count FROM workflows`;
    expect(run).toEqual({ status: 'completed', event_count: 3 });
    expect(await here.sql`SELECT step_name FROM workflow_steps`).toEqual([{ step_name: 'late' }]);
    expect(await here.differences()).toEqual([]);
  });
});

test('a drain whose connection dies leaves its events pending, and they are drained again', async () => {
  here = await surroundings(null);
  await here.worker({ sweepAfterMs: 500, sweepEveryMs: 100 });
  // Whoever writes this workflow waits for us, in the middle of its transaction.
  const gate = await here.sql.reserve();
  await gate`BEGIN`;
  await gate`LOCK TABLE workflows IN SHARE ROW EXCLUSIVE MODE`;
  await here.put(completeWorkflow('interrupted'));
  const [drain] = await waitFor('the drain to be in the middle', async () => {
    const waiting = await here.sql<{ pid: number }[]>`
      SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'wm-worker' AND wait_event_type = 'Lock'`;
    return waiting.length > 0 && waiting;
  });
  await here.sql`SELECT pg_terminate_backend(${drain!.pid})`;
  expect(await here.sql`SELECT count(*)::int AS count FROM pending_events`).toEqual([{ count: 8 }]);
  await gate`ROLLBACK`;
  gate.release();
  await here.settled();
  const [run] = await here.sql`SELECT status, event_count FROM workflows`;
  expect(run).toEqual({ status: 'completed', event_count: 8 });
  expect(await here.sql`SELECT count(*)::int AS count FROM workflow_events WHERE processing_error IS NOT NULL`).toEqual(
    [{ count: 0 }],
  );
  expect(await here.differences()).toEqual([]);
});

test('with its connections cut again and again a worker goes on, and nothing is lost or wrong', async () => {
  here = await surroundings(null);
  await here.worker({ sweepAfterMs: 300, sweepEveryMs: 50, limits: { workflows: 5 } });
  let cuts = 0;
  const cut = async (): Promise<void> => {
    const ended = await here.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'wm-worker%' AND state <> 'idle'
        AND query NOT LIKE '%pg_type%'`; // the client library dies of that one: it looks types up as it connects
    cuts += ended.length;
  };
  for (let index = 0; index < 60; index += 1) {
    await here.put(completeWorkflow(`cut-${index}`, 4));
    await cut();
  }
  await waitFor('some drains to be cut', async () => {
    await here.put(completeWorkflow(`more-${cuts}-${Math.random()}`, 4));
    await cut();
    return cuts >= 10;
  });
  await here.settled(20_000);
  expect(await here.sql`SELECT FROM workflows WHERE status <> 'completed'`).toHaveLength(0);
  expect(await here.differences()).toEqual([]);
});

test('the sweeper drains what no wake-up led to, and counts it', async () => {
  here = await surroundings(null);
  await here.put(completeWorkflow('forgotten'), false);
  await here.worker({ sweepAfterMs: 100, sweepEveryMs: 50 });
  await here.settled();
  const [run] = await here.sql`SELECT status FROM workflows WHERE workflow_id = 'forgotten'`;
  expect(run).toEqual({ status: 'completed' });
  const counters = await here.sql`SELECT name, sum(value)::int AS value FROM pipeline_counters GROUP BY name`;
  expect(counters).toEqual([{ name: 'swept', value: 8 }]);
});

test('workflows that cannot be drained now do not hide those behind them from the sweeper', async () => {
  here = await surroundings(null);
  for (const id of ['held-1', 'held-2', 'free']) await here.put(completeWorkflow(id), false);
  await here.sql.begin(async (holder) => {
    const held = ['held-1', 'held-2'].map((workflowId) => ({ env: 'test', serviceKey: 'shop', workflowId }));
    expect((await tryLockWorkflows(holder, held)).locked).toHaveLength(2);
    await here.worker({ sweepAfterMs: 50, sweepEveryMs: 50, limits: { workflows: 2 } });
    await waitFor('the free one to be swept', async () => {
      const runs = await here.sql`SELECT workflow_id FROM workflows`;
      return runs.some((run) => run['workflow_id'] === 'free');
    });
  });
  await here.settled();
  expect(await here.sql`SELECT FROM workflows WHERE status = 'completed'`).toHaveLength(3);
});

test('with the queue away the sweeper drains everything', async () => {
  here = await surroundings('redis://127.0.0.1:1');
  await here.worker({ sweepAfterMs: 100, sweepEveryMs: 50 });
  await here.put(completeWorkflow('no-queue'), false);
  await here.settled();
  expect(await here.sql`SELECT status FROM workflows`).toEqual([{ status: 'completed' }]);
});

test('a worker of another version does not drain until its version is in force', async () => {
  here = await surroundings(null);
  const worker = await here.worker({
    projectionVersion: PROJECTION_VERSION + 1,
    versionEveryMs: 50,
    sweepAfterMs: 0,
    sweepEveryMs: 20,
  });
  await here.put(completeWorkflow('deployed'));
  const answer = await fetch(`${worker.url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain(`version ${PROJECTION_VERSION + 1}`);
  expect(await here.sql`SELECT count(*)::int AS count FROM pending_events`).toEqual([{ count: 8 }]);
  await here.sql`UPDATE projection_target SET version = ${PROJECTION_VERSION + 1}`;
  await here.settled();
  expect((await fetch(`${worker.url}/readyz`)).status).toBe(200);
  expect(await here.sql`SELECT status, projection_version FROM workflows`).toEqual([
    { status: 'completed', projection_version: PROJECTION_VERSION + 1 },
  ]);
});

test('rows of another version are folded again when they are met', async () => {
  here = await surroundings(null);
  const events = completeWorkflow('old-rules');
  await here.worker({ sweepAfterMs: 100, sweepEveryMs: 50 });
  await here.put(events.slice(0, 5));
  await here.settled();
  await here.sql`UPDATE workflows SET projection_version = 0, status = 'cancelled'`;
  await here.sql`UPDATE workflow_steps SET status = 'failed', execution_order = execution_order + 7`;
  await here.put(events.slice(5));
  await here.settled();
  expect(await here.sql`SELECT status, projection_version FROM workflows`).toEqual([
    { status: 'completed', projection_version: PROJECTION_VERSION },
  ]);
  expect(await here.differences()).toEqual([]);
});

test('after a long refold late events gather, and what is in time does not wait for them', async () => {
  here = await surroundings(null);
  // Every refold counts as long, and rests far longer than this test may take.
  const worker = await here.worker({ limits: { longRefoldMs: 0, restTimes: 1e6 }, sweepAfterMs: 60_000 });
  const events = completeWorkflow('long', 20);
  const late = [events[5]!, ...events.slice(11, 31)];
  const inTime = events.filter((event) => !late.includes(event));
  await here.put(inTime.slice(0, -2));
  await here.settled();
  await here.put([late[0]!]);
  await here.settled();
  await here.put(inTime.slice(-2, -1));
  await here.settled();
  for (const event of late.slice(1)) await here.put([event]);
  await here.put(inTime.slice(-1));
  expect(await here.sql`SELECT value FROM pipeline_counters WHERE name = 'refolded' AND value > 0`).toEqual([
    { value: 1 },
  ]);
  await worker.stop();
  await here.worker({ sweepAfterMs: 50, sweepEveryMs: 50 });
  await here.settled();
  expect(await here.sql`SELECT status, event_count FROM workflows`).toEqual([
    { status: 'completed', event_count: events.length },
  ]);
  expect(await here.differences()).toEqual([]);
});

test('bounds cut a drain into rounds, and nothing is left', async () => {
  here = await surroundings(null);
  await here.put([...completeWorkflow('long', 60), ...completeWorkflow('short', 2)]);
  await here.worker({ limits: { events: 7, bytes: 900 }, sweepAfterMs: 60_000 });
  await here.settled();
  const runs = await here.sql`SELECT workflow_id, status, event_count FROM workflows ORDER BY workflow_id`;
  expect(runs).toEqual([
    { workflow_id: 'long', status: 'completed', event_count: 122 },
    { workflow_id: 'short', status: 'completed', event_count: 6 },
  ]);
  expect(await here.differences()).toEqual([]);
});

test('a long refold gets a transaction of its own', async () => {
  here = await surroundings(null);
  const long = completeWorkflow('long', 20);
  await here.worker({ limits: { refoldAlone: 10 }, sweepAfterMs: 60_000 });
  await here.put(long.filter((_event, index) => index !== 5));
  await here.settled();
  await here.put([long[5]!, ...completeWorkflow('other')]);
  await here.settled();
  expect(await here.sql`SELECT event_count FROM workflows ORDER BY workflow_id`).toEqual([
    { event_count: 42 },
    { event_count: 8 },
  ]);
  expect(await here.differences()).toEqual([]);
});

test('writes a service at most every ten seconds', async () => {
  here = await surroundings(null);
  await here.worker({ sweepAfterMs: 60_000 });
  await here.put(completeWorkflow('first'));
  await here.settled();
  const [before] = await here.sql`SELECT updated_at, xmin::text AS version FROM services`;
  for (const id of ['second', 'third', 'fourth']) {
    await here.put(completeWorkflow(id));
    await here.settled();
  }
  const [after] = await here.sql`SELECT updated_at, xmin::text AS version FROM services`;
  expect(after).toEqual(before);
});

test('with a backlog services take turns', async () => {
  here = await surroundings(null);
  for (let from = 0; from < 400; from += 50) {
    const crowd = Array.from({ length: 50 }, (_, index) =>
      completeWorkflow(`crowd-${from + index}`, 3, { serviceKey: 'big' }),
    );
    await here.put(crowd.flat());
  }
  await here.put(completeWorkflow('lone', 3, { serviceKey: 'small' }));
  await here.worker({ sweepAfterMs: 60_000, limits: { workflows: 20 }, lanes: 1 });
  await here.settled(20_000);
  const [position] = await here.sql`
    SELECT count(*)::int AS before FROM workflows
    WHERE service_key = 'big' AND created_at < (SELECT created_at FROM workflows WHERE service_key = 'small')`;
  expect(position!['before']).toBeLessThan(100);
});

test('without a queue the sweeper lets services take turns, too', async () => {
  here = await surroundings(null);
  const crowd = Array.from({ length: 30 }, (_, index) => completeWorkflow(`crowd-${index}`, 3, { serviceKey: 'big' }));
  await here.put([...crowd.flat(), ...completeWorkflow('lone', 3, { serviceKey: 'small' })]);
  await here.sql`UPDATE pending_events SET received_at = received_at - interval '1 hour' WHERE service_key = 'big'`;
  await here.worker({ queueName: 'nobody-wakes', sweepAfterMs: 600_000, limits: { workflows: 20 } });
  // Its events have not waited for long: no sweep is about them.
  await here.settled();
});

test('verify finds a damaged row, a missing one, a surplus one and a wrong count', async () => {
  here = await surroundings(null);
  await here.worker({ sweepAfterMs: 60_000 });
  await here.put([...completeWorkflow('a'), ...completeWorkflow('b'), ...completeWorkflow('c')]);
  await here.settled();
  expect(await here.differences()).toEqual([]);
  await here.sql`UPDATE workflows SET duration_ms = 1, input = '"other"' WHERE workflow_id = 'a'`;
  await here.sql`DELETE FROM step_attempts WHERE workflow_id = 'b' AND step_name = 'step-2'`;
  await here.sql`UPDATE workflow_events SET processing_error = 'by hand' WHERE workflow_id = 'c'`;
  await here.sql`UPDATE rollup_minutes SET started = started + 1 WHERE step_name = ''`;
  const found = await here.differences();
  const rows = found.flatMap((one) =>
    one.about === 'row'
      ? [
          `${one.key.workflowId} ${one.difference.kind} ${one.difference.name} ${one.difference.problem} ${one.difference.fields.map(({ field }) => field).join()}`,
        ]
      : [],
  );
  expect(rows).toContain('a workflow  differs durationMs');
  expect(rows).toContain('a workflow  differs input');
  expect(rows).toContain('b attempt 1:step-2 missing ');
  expect(rows).toContain('c workflow  surplus ');
  expect(found.some((one) => one.about === 'rollup')).toBe(true);
});

test('shows health and figures', async () => {
  here = await surroundings(null);
  const worker = await here.worker({ registry: createRegistry('worker') });
  await here.put(completeWorkflow('seen'));
  await here.settled();
  const metrics = await waitFor('the figures', async () => {
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    return /wm_worker_events_total\{.*\} 8/.test(text) && text;
  });
  expect(metrics).toContain('wm_worker_drain_seconds_bucket');
  expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${worker.url}/readyz`)).status).toBe(200);
});
