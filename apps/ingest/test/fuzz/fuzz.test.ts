/** A short run of the fuzzer: `npm run fuzz` is the long one. A fixed seed, and one by chance, which a failure prints. */
import { createTestDatabase } from '@wm/testkit';
import { expect, it } from 'vitest';
import { runFuzz } from './run-fuzz.ts';
import { startSystem } from './system.ts';

const CHANCE = Math.floor(Math.random() * 1_000_000);

it(
  `answers whatever arrives, and keeps every event of it (seeds 20261101 and ${CHANCE})`,
  { timeout: 300_000 },
  async () => {
    const database = await createTestDatabase();
    try {
      const system = await startSystem(database.url);
      try {
        const said: string[] = [];
        await runFuzz(system, {
          seeds: [20_261_101, CHANCE],
          requests: 40,
          largeBodies: 1,
          say: (line) => said.push(line),
        });
        expect(said).toHaveLength(2);
      } finally {
        await system.stop();
      }
    } finally {
      await database.drop();
    }
  },
);
