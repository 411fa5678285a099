/**
 * `npm run bench:ingest`: acknowledged events per second and the time to the answer at shares of what the whole pipeline
 * sustains, beside an endpoint that only parses JSON, one commit, and COPY of the same rows. Options: --backend,
 * --events, --repeats, --workers, --seed, --quick (under two minutes), --json (one object as the last line).
 */
import { parseArgs } from 'node:util';
import { withServers } from '../servers.ts';
import { summarise } from './ingest-report.ts';
import { ingestText } from './ingest-text.ts';
import { FULL, QUICK, runIngest } from './run-ingest.ts';
import type { IngestOptions } from './run-ingest.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'redis' },
    events: { type: 'string' },
    repeats: { type: 'string' },
    workers: { type: 'string' },
    seed: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const { quick, json, backend, ...given } = values;
const numbers = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, Number(text)]));

const report = await withServers(async (servers) => {
  const usesRedis = backend === 'redis' && servers.redis !== null;
  if (backend === 'redis' && !usesRedis)
    servers.say('There is no redis-server on the PATH: the queue is in PostgreSQL.');
  const options: IngestOptions = { ...(quick ? QUICK : FULL), ...numbers, backend: usesRedis ? 'redis' : 'postgres' };
  return summarise(servers.machine, options, await runIngest(options, servers));
});
process.stdout.write(ingestText(report));
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
