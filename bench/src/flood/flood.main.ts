/**
 * `npm run flood`: one service offers many times what is sustainable; does another stay fresh, is anything lost, and
 * does the backlog drain? Options: --times, --seconds, --workers, --backend, --bound, --json. Exit code 0: all holds.
 */
import { parseArgs } from 'node:util';
import { startPostgres } from '../pipeline/postgres.ts';
import { startRedis } from '../pipeline/redis.ts';
import { floodText } from './flood-text.ts';
import { runFlood } from './run-flood.ts';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    calm: { type: 'string', default: '10' },
    workers: { type: 'string', default: '2' },
    bound: { type: 'string', default: '5' },
    backend: { type: 'string', default: 'redis' },
    json: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const server = await startPostgres();
const redis = values.backend === 'redis' ? await startRedis() : null;
if (values.backend === 'redis' && redis === null)
  say('There is no redis-server on the PATH: the queue is in PostgreSQL.');
try {
  const report = await runFlood({
    databaseUrl: server.url,
    redisUrl: redis?.url ?? null,
    workers: Number(values.workers),
    times: Number(values.times),
    seconds: Number(values.seconds),
    calmSeconds: Number(values.calm),
    say,
  });
  const { text, holds } = floodText(report, Number(values.bound) * 1_000);
  process.stdout.write(text);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ ...report, queue: redis === null ? 'postgres' : 'redis' })}\n`);
  process.exitCode = holds ? 0 : 1;
} finally {
  await redis?.stop();
  await server.stop();
}
