import { queueBackends, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeWorkflow, eventsOf, START, surroundings } from './support.ts';
import type { Surroundings } from './support.ts';

describe.each(queueBackends())('a worker on the $name queue', ({ redisUrl }) => {
  let here: Surroundings;

  beforeAll(async () => {
    here = await surroundings(redisUrl);
    await here.worker({ sweepAfterMs: 60_000 });
  });
  afterAll(() => here.close());

  test('folds a workflow from its events', async () => {
    await here.put(completeWorkflow('simple'));
    await here.settled();
    const [run] = await here.sql`SELECT * FROM workflows WHERE workflow_id = 'simple'`;
    expect(run).toMatchObject({
      run: 1,
      latest: true,
      status: 'completed',
      input: { order: 'simple' },
      completed_steps: ['step-1', 'step-2', 'step-3'],
      duration_ms: 7_000,
      event_count: 8,
      started_at: new Date(START),
    });
    const steps = await here.sql`SELECT * FROM workflow_steps WHERE workflow_id = 'simple' ORDER BY execution_order`;
    expect(steps.map(({ status, result }) => [status, result])).toEqual([
      ['completed', { done: 'step-1' }],
      ['completed', { done: 'step-2' }],
      ['completed', { done: 'step-3' }],
    ]);
    const events = await here.sql`SELECT processed, processed_at FROM workflow_events WHERE workflow_id = 'simple'`;
    expect(events.every(({ processed, processed_at }) => processed === true && processed_at !== null)).toBe(true);
    expect(await here.differences()).toEqual([]);
  });

  test('continues a workflow request by request, and keeps values that did not change', async () => {
    for (const event of completeWorkflow('slow')) {
      await here.put([event]);
      await here.settled();
    }
    const [run] = await here.sql`SELECT status, input, event_count FROM workflows WHERE workflow_id = 'slow'`;
    expect(run).toEqual({ status: 'completed', input: { order: 'slow' }, event_count: 8 });
    expect(await here.differences()).toEqual([]);
  });

  test('takes late events: first the end, then the middle, then the start', async () => {
    const events = completeWorkflow('late');
    for (const part of [events.slice(6), events.slice(3, 6), events.slice(0, 3)]) {
      await here.put(part);
      await here.settled();
    }
    const [run] = await here.sql`SELECT status, gaps, event_count FROM workflows WHERE workflow_id = 'late'`;
    expect(run).toEqual({ status: 'completed', gaps: [], event_count: 8 });
    expect(await here.differences()).toEqual([]);
  });

  test('a late start in the middle of two runs splits what was one', async () => {
    const event = eventsOf({ workflowId: 'reused' });
    const first = [event('workflow.started'), event('step.started', { stepName: 'a', attempt: 1 })];
    const second = [event('workflow.started', { input: 2 }), event('step.started', { stepName: 'b', attempt: 1 })];
    const third = [event('workflow.started', { input: 3 }), event('workflow.completed', { completedSteps: [] })];
    await here.put([...first, second[1]!, ...third]);
    await here.settled();
    expect(await runsOf('reused')).toEqual([
      { run: 1, latest: false, status: 'running', gaps: ['end'], input: null },
      { run: 2, latest: true, status: 'completed', gaps: [], input: 3 },
    ]);
    await here.put([second[0]!]);
    await here.settled();
    expect(await runsOf('reused')).toEqual([
      { run: 1, latest: false, status: 'running', gaps: ['end'], input: null },
      { run: 2, latest: false, status: 'running', gaps: ['end'], input: 2 },
      { run: 3, latest: true, status: 'completed', gaps: [], input: 3 },
    ]);
    expect(await here.differences()).toEqual([]);
  });

  test('a late event of the newest run leaves the runs before it alone', async () => {
    const event = eventsOf({ workflowId: 'second-run' });
    const first = [event('workflow.started'), event('workflow.completed', { completedSteps: [] })];
    const second = [
      event('workflow.started'),
      event('step.started', { stepName: 'a', attempt: 1 }),
      event('workflow.cancelled'),
    ];
    await here.put([...first, second[0]!, second[2]!]);
    await here.settled();
    const [before] = await here.sql`SELECT updated_at FROM workflows WHERE workflow_id = 'second-run' AND run = 1`;
    await here.put([second[1]!]);
    await here.settled();
    const [after] =
      await here.sql`SELECT updated_at, latest FROM workflows WHERE workflow_id = 'second-run' AND run = 1`;
    expect(after).toEqual({ ...before, latest: false });
    const attempts = await here.sql`SELECT run, result FROM step_attempts WHERE workflow_id = 'second-run'`;
    expect(attempts).toEqual([{ run: 2, result: 'interrupted' }]);
    expect(await here.differences()).toEqual([]);
  });

  test('marks job events as processed and makes no workflow of them', async () => {
    await here.put([eventsOf({ workflowId: 'job-1', source: 'job' })('job.started')]);
    await here.settled();
    expect(await here.sql`SELECT FROM workflows WHERE workflow_id = 'job-1'`).toHaveLength(0);
    expect(await here.sql`SELECT processed FROM workflow_events WHERE workflow_id = 'job-1'`).toEqual([
      { processed: true },
    ]);
  });

  test('an event far in the future does not stop later ones', async () => {
    const event = eventsOf({ workflowId: 'future' });
    const start = event('workflow.started');
    const future = event('some.future.event', {}, 250_000_000_000);
    const end = event('workflow.completed', { completedSteps: [] }, 5);
    for (const one of [start, future, end]) {
      await here.put([one]);
      await here.settled();
    }
    const [run] = await here.sql`SELECT status, duration_ms, event_count FROM workflows WHERE workflow_id = 'future'`;
    expect(run).toEqual({ status: 'completed', duration_ms: 5_000, event_count: 3 });
    expect(await here.differences()).toEqual([]);
  });

  test('counts the rollups as a recount does, and lists services with their environments', async () => {
    const event = eventsOf({ workflowId: 'failing', env: 'staging' });
    await here.put([
      event('workflow.started'),
      event('step.started', { stepName: 'a', attempt: 1 }),
      event('retry.scheduled', {
        stepName: 'a',
        attempt: 1,
        delayMs: 59.03,
        nextAttemptAt: new Date(START).toISOString(),
      }),
      event('step.started', { stepName: 'a', attempt: 2 }),
      event('retry.exhausted', { stepName: 'a', attempts: 2 }),
      event('workflow.failed', { error: { message: 'no stock' }, completedSteps: [] }),
    ]);
    await here.settled();
    const [counts] = await here.sql`
      SELECT sum(started) AS started, sum(failed) AS failed, sum(retries) AS retries
      FROM rollup_minutes WHERE env = 'staging' AND step_name = ''`;
    expect(counts).toEqual({ started: '1', failed: '1', retries: '1' });
    expect(await here.sql`SELECT sum(count)::int AS count FROM rollup_errors`).toEqual([{ count: 1 }]);
    const services = await waitFor('both environments', async () => {
      const rows = await here.sql`SELECT service_key, environments FROM services`;
      return rows[0]?.['environments'].length === 2 && rows;
    });
    expect(services).toEqual([{ service_key: 'shop', environments: ['staging', 'test'] }]);
    expect(await here.differences()).toEqual([]);
  });

  test('many workflows of many services in small requests, with a second worker beside', async () => {
    await here.worker({ sweepAfterMs: 60_000 });
    const workflows = Array.from({ length: 120 }, (_, index) =>
      completeWorkflow(`many-${index}`, 5, { serviceKey: `service-${index % 7}` }),
    );
    const requests = workflows.flatMap((events) => [events.slice(0, 3), events.slice(3, 8), events.slice(8)]);
    await Promise.all(requests.map((events) => here.put(events)));
    await here.settled(20_000);
    const [row] = await here.sql`
      SELECT count(*)::int AS count FROM workflows WHERE workflow_id LIKE 'many-%' AND status = 'completed'`;
    expect(row).toEqual({ count: 120 });
    expect(await here.differences()).toEqual([]);
  });

  async function runsOf(workflowId: string): Promise<unknown[]> {
    return [
      ...(await here.sql`
        SELECT run, latest, status, gaps, input FROM workflows WHERE workflow_id = ${workflowId} ORDER BY run`),
    ];
  }
});
