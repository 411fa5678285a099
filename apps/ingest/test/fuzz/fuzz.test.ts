/** A short run of the fuzzer: `npm run fuzz` is the long one. */
import { createTestDatabase } from '@wm/testkit';
import { expect, it } from 'vitest';
import { runFuzz } from './run-fuzz.ts';
import { startSystem } from './system.ts';

it('answers whatever arrives, and keeps every event of it', { timeout: 600_000 }, async () => {
  const database = await createTestDatabase();
  try {
    const system = await startSystem(database.url, null);
    try {
      const report = await runFuzz(system, {
        seeds: [20_261_101],
        requests: 30,
        largeBodies: 1,
        say: () => {},
      });
      expect(report.finding).toBeNull();
      expect(report.rounds).toBe(1);
      // All kinds of attacks did come through to where they are judged.
      expect(Object.keys(report.answers)).toEqual(
        expect.arrayContaining(['202', '400', '404', '405', '408', '413', '415', '431']),
      );
      expect(report.events.accepted).toBeGreaterThan(1_000);
      expect(report.events.quarantined).toBeGreaterThan(1_000);
    } finally {
      await system.stop();
    }
  } finally {
    await database.drop();
  }
});
