/** One service that sends far more than can be written, and one that does not. */
import { waitFor } from '@wm/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metric, postTo, startHarness, workflowEvent } from './harness.ts';
import type { Harness } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness();
});
afterAll(() => ingest?.close());

it('a flood of one service leaves the others their turn', async () => {
  const limits = { groupsAtOnce: 1, groupEvents: 10, roomWaitMs: 60_000, commitMs: 60_000 };
  const { url, registry, stop } = await ingest.start({ limits });
  const answered: string[] = [];
  const send = async (serviceKey: string, count: number): Promise<void> => {
    const events = Array.from({ length: count }, () => workflowEvent({ serviceKey }));
    const answer = await postTo(url, { events });
    expect(answer.status).toBe(202);
    answered.push(serviceKey);
  };
  const bytesInFlight = (): Promise<number> => metric(registry, 'wm_ingest_bytes_in_flight');
  // While nothing can be inserted, everybody comes.
  const session = await ingest.sql.reserve();
  await session`BEGIN`;
  await session`LOCK TABLE pending_events IN SHARE MODE`;
  const flood = Array.from({ length: 40 }, () => send('flooding', 10));
  await waitFor('the flood to be there', async () => (await bytesInFlight()) > 40 * 10 * 250);
  const before = await bytesInFlight();
  const quiet = send('quiet', 1);
  await waitFor('the quiet service to be there', async () => (await bytesInFlight()) > before);
  await session`ROLLBACK`;
  session.release();
  await Promise.all([quiet, ...flood]);
  expect(answered.length).toBe(41);
  expect(answered.indexOf('quiet')).toBeLessThan(10);
  await stop();
});
