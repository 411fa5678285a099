/** A flood of rejects on the real service: every one has its entry, and their texts do not fill the disk. */
import { readQuarantineBytes } from '@wm/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metric, startHarness, workflowEvent } from './harness.ts';
import type { Harness } from './harness.ts';

const BOUND = 50_000;
let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness({ limits: { quarantineBytes: BOUND } });
});
afterAll(() => ingest?.close());

it('keeps beginnings beyond the bound, and says so', async () => {
  const flood = Array.from({ length: 60 }, () =>
    Array.from({ length: 5 }, () => workflowEvent({ timestamp: 'soon', input: 'x'.repeat(1_000) })),
  );
  // Four at a time: what is written at the same moment may go beyond the bound together.
  while (flood.length > 0) {
    await Promise.all(
      flood.splice(0, 4).map(async (events) => {
        const receipt = await ingest.send(...events, workflowEvent());
        expect([receipt.accepted, receipt.quarantined.length]).toEqual([1, 5]);
      }),
    );
  }
  const [row] = await ingest.sql<{ entries: number; cut: number; reasons: number }[]>`
    SELECT count(*) AS entries, count(*) FILTER (WHERE raw_cut) AS cut, count(DISTINCT reason) AS reasons
    FROM quarantined_events WHERE event_id IS NOT NULL AND env = 'production'`;
  expect(row).toMatchObject({ entries: 300, reasons: 1 });
  expect(row!.cut).toBeGreaterThan(200);
  expect(await metric(ingest.registry, 'wm_ingest_quarantine_full_total')).toBe(row!.cut);
  expect(await readQuarantineBytes(ingest.sql)).toBeLessThan(BOUND * 2);
});
