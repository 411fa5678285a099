/** `npm run fuzz -- --minutes 20 --seed 7`: attacks a real ingest service, on a PostgreSQL of its own, until the time is over. */
import { parseArgs } from 'node:util';
import { startOwnDatabase } from './own-database.ts';
import { runFuzz } from './run-fuzz.ts';
import { startSystem } from './system.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    /** Instead of minutes. */
    rounds: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    /** Of fast-check, as a failure prints it. */
    path: { type: 'string' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Upwards from the first, for as many rounds as were asked for, or until the time is over. */
function* seeds(first: number): Generator<number> {
  const until = values.rounds === undefined ? Date.now() + Number(values.minutes) * 60_000 : Infinity;
  const last = first + Number(values.rounds ?? Infinity) - 1;
  for (let seed = first; seed <= last && Date.now() < until; seed += 1) yield seed;
}

async function main(): Promise<void> {
  say(`seed ${values.seed}`);
  const database = await startOwnDatabase();
  // PostgreSQL hears no Ctrl-C by itself; the services end with this process.
  process.once('SIGINT', () => void database.stop().finally(() => process.exit(130)));
  try {
    const system = await startSystem(database.url);
    try {
      const report = await runFuzz(system, {
        seeds: seeds(Number(values.seed)),
        requests: 200,
        largeBodies: 4,
        ...(values.path === undefined ? {} : { path: values.path }),
        say,
      });
      say(`clean. ${report}`);
    } finally {
      await system.stop();
    }
  } finally {
    await database.stop();
  }
}

await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
