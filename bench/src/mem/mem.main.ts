/**
 * `npm run bench:mem`: memory that each process holds under sustained load, and bytes that an event leaves on disk and in the queue.
 * Options: --seconds (60), --burst (events that tell the sustainable rate, 20000), --seed, --quick (20 s, under two minutes), --json.
 * A bound that is missed is said, and not an error.
 */
import { parseArgs } from 'node:util';
import { inNewDatabase } from '../bench-database.ts';
import { withServers } from '../servers.ts';
import { measureMemory } from './measure.ts';
import { reportOf, reportText } from './report.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    burst: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const seconds = Number(values.seconds ?? (values.quick ? '20' : '60'));

const report = await withServers(async ({ admin, postgresPid, redis, machine, say }) => {
  if (redis === null) throw new Error('This benchmark needs redis-server on the PATH. Nothing was measured.');
  const seed = Number(values.seed);
  const burst = Number(values.burst);
  const figures = await inNewDatabase(admin, 'memory', (databaseUrl) =>
    measureMemory({ databaseUrl, postgresPid, redis, seconds, burst, seed, say }),
  );
  return reportOf(figures, machine, seconds);
});
process.stdout.write(reportText(report));
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
