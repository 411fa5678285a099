/**
 * `npm run bench:mem`: memory that each process holds under sustained load, and bytes that an event leaves on disk and in the queue.
 * Options: --seconds (60), --burst (events that tell the sustainable rate, 20000), --seed, --quick (20 s, under two minutes), --json.
 * Exit code 0: measured; 2: it could not. A bound that is missed is said, and not an error.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { describeMachine } from '../machine.ts';
import { startPostgres } from '../pipeline/postgres.ts';
import { startRedis } from '../pipeline/redis.ts';
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

const loadBefore = loadavg()[0]!;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const seconds = Number(values.seconds ?? (values.quick ? '20' : '60'));

const server = await startPostgres();
const redis = await startRedis();
const admin = postgres(server.url, { max: 1, onnotice: () => {} });
try {
  if (redis === null) throw new Error('This benchmark needs redis-server on the PATH. Nothing was measured.');
  const figures = await measureMemory({
    databaseUrl: server.url,
    postgresPid: server.pid,
    redis,
    seconds,
    burst: Number(values.burst),
    seed: Number(values.seed),
    say,
  });
  const report = reportOf(figures, await describeMachine(admin, loadBefore), seconds);
  process.stdout.write(reportText(report));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
} finally {
  await admin.end({ timeout: 5 });
  await redis?.stop();
  await server.stop();
}
