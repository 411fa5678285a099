/** The continuous verifier: it comes to every workflow, finds what is damaged, counts it and says what to do. */
import { takeVerification } from '@wm/store';
import { silentLogger, waitFor } from '@wm/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import type { RunningWorker } from '../../src/index.ts';
import { completeWorkflow, surroundings } from '../drain/support.ts';
import type { Surroundings } from '../drain/support.ts';

let here: Surroundings;
afterEach(() => here.close());

const BUSY = { sweepAfterMs: 60_000, verifyPerSecond: 500 };

async function figure(worker: RunningWorker, name: string): Promise<number> {
  const text = await (await fetch(`${worker.url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}

/** Waits for the end of a round that began after now. */
async function fullRound(worker: RunningWorker): Promise<void> {
  for (const name of ['the end of the round', 'the end of the next']) {
    const before = await figure(worker, 'wm_verify_round_timestamp_seconds');
    await waitFor(name, async () => (await figure(worker, 'wm_verify_round_timestamp_seconds')) > before);
  }
}

test('goes round and round, and counts nothing where all is right', async () => {
  here = await surroundings(null);
  const worker = await here.worker(BUSY);
  const idle = await here.worker({ ...BUSY, verifyPerSecond: 0 });
  await here.put(Array.from({ length: 30 }, (_, index) => completeWorkflow(`w-${index}`, 1)).flat());
  await here.settled();
  await waitFor('two rounds', async () => (await figure(worker, 'wm_verify_workflows_total')) >= 60);
  await fullRound(worker);
  expect(await figure(worker, 'wm_verify_differences_total')).toBe(0);
  expect(await figure(idle, 'wm_verify_workflows_total')).toBe(0);
});

test('finds a damaged row, counts it and says how to mend it', async () => {
  here = await surroundings(null);
  const logger = silentLogger();
  const errors = vi.spyOn(logger, 'error');
  const worker = await here.worker({ ...BUSY, logger });
  await here.put(['fine-1', 'damaged one', 'fine-2'].flatMap((id) => completeWorkflow(id)));
  await here.settled();
  await here.sql`UPDATE workflows SET error_message = 'secret' WHERE workflow_id = 'damaged one'`;
  await waitFor('the difference', async () => (await figure(worker, 'wm_verify_differences_total')) > 0);
  await waitFor(
    'the counter that the dashboard shows',
    async () => (await here.sql`SELECT FROM pipeline_counters WHERE name = 'differing' AND value > 0`).length > 0,
  );
  const [first] = errors.mock.calls as unknown as [Record<string, unknown>, string][];
  expect(first![0]).toMatchObject({ workflowId: 'damaged one', rows: ['run 1 workflow differs: errorMessage'] });
  expect(first![1]).toContain("wm rebuild --env test --service shop --workflow 'damaged one'");
  expect(JSON.stringify(errors.mock.calls)).not.toContain('secret');
  expect(errors.mock.calls.every(([line]) => JSON.stringify(line).includes('damaged one'))).toBe(true);
});

test('leaves alone what is to be rebuilt anyway and what the log no longer has', async () => {
  here = await surroundings(null);
  const worker = await here.worker(BUSY);
  await here.put(['cut', 'asked'].flatMap((id) => completeWorkflow(id)));
  await here.settled();
  await here.sql`
    INSERT INTO rebuild_requests (env, service_key, workflow_id, reason, incomplete, not_before)
    VALUES ('test', 'shop', 'asked', 'command', false, 'infinity')`;
  await here.sql.begin(async (tx) => {
    await tx`UPDATE workflows SET duration_ms = 1 WHERE workflow_id = 'asked'`;
    await tx`DELETE FROM workflow_events WHERE workflow_id = 'cut' AND event_type = 'workflow.started'`;
  });
  await fullRound(worker);
  expect(await figure(worker, 'wm_verify_differences_total')).toBe(0);
});

test('all workers together take one workflow per turn', async () => {
  here = await surroundings(null);
  await here.put(['a', 'b', 'c'].flatMap((id) => completeWorkflow(id)));
  const hour = 3_600_000;
  const turns = await Promise.all(Array.from({ length: 5 }, () => takeVerification(here.sql, hour)));
  expect(turns.filter(({ key }) => key !== null)).toHaveLength(1);
  await here.sql`UPDATE workflow_walks SET next_at = now()`;
  expect((await takeVerification(here.sql, hour)).key).toMatchObject({ workflowId: 'b' });
});
