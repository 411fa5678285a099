/**
 * `npm run bench:stream`: many clients follow GET /v1/stream while events come in. Does each hear of a change in time, does a
 * client that was cut off miss nothing, does the api stay small?
 * Options: --clients (500), --rate (events per second, 1000), --seconds (20), --within (ms, 2000), --memory (MB that the api may
 * hold, 384), --seed, --quick (8 s), --json. Exit code 1: a promise was broken.
 */
import { parseArgs } from 'node:util';
import { inNewDatabase } from '../bench-database.ts';
import { withServers } from '../servers.ts';
import { runStream } from './run-stream.ts';
import { reportOf, reportText } from './stream-report.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '500' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    within: { type: 'string', default: '2000' },
    memory: { type: 'string', default: '384' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const bounds = { delayMs: Number(values.within), memoryMb: Number(values.memory) };
const report = await withServers(async ({ admin, postgresPid, redis, machine, say }) => {
  const run = await inNewDatabase(admin, 'stream', (databaseUrl) =>
    runStream({
      databaseUrl,
      redisUrl: redis?.url ?? null,
      postgresPid,
      clients: Number(values.clients),
      rate: Number(values.rate),
      seconds: Number(values.seconds ?? (values.quick ? '8' : '20')),
      seed: Number(values.seed),
      say,
    }),
  );
  return reportOf(run, machine, bounds);
});
process.stdout.write(reportText(report, bounds));
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
