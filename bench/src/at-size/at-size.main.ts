/**
 * `npm run at-size`: a store of many events is verified, damaged by hand, verified again and rebuilt while the system takes
 * events and is read. Options: --events (1000000), --seed, --rate, --keep (leaves the database and says where), --json.
 * Exit code 0: clean; 1: not; 2: it could not run; 130: Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { startEmbeddedPostgres } from '@wm/runtime';
import { createSql, migrate } from '@wm/store';
import { brokenOff, interruption, say, wholeNumber } from '../long-command.ts';
import { makeDataFolder, removeDataFolder } from '../pipeline/postgres.ts';
import { reportText } from './report.ts';
import type { AtSizeReport } from './report.ts';
import { runAtSize } from './run.ts';

const BASELINE_MS = 30_000;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '50' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const signal = interruption();

const events = wholeNumber('events', values.events);
const seed = wholeNumber('seed', values.seed);
const rate = wholeNumber('rate', values.rate);

async function run(dataDir: string): Promise<AtSizeReport> {
  const server = await startEmbeddedPostgres({ dataDir });
  const sql = createSql(server.url, { applicationName: 'wm-at-size', max: 4 });
  try {
    await migrate(server.url, { projectionVersion: PROJECTION_VERSION });
    await prepareQueue(queueTarget({ databaseUrl: server.url, redisUrl: null }));
    return await runAtSize({ events, seed, rate, databaseUrl: server.url, sql, baselineMs: BASELINE_MS, say, signal });
  } finally {
    await sql.end();
    await server.stop();
  }
}

const dataDir = makeDataFolder('wm-at-size-');
try {
  const report = await run(dataDir);
  process.stdout.write(reportText(report));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.clean ? 0 : 1;
} catch (error) {
  brokenOff(error, signal);
} finally {
  if (values.keep) say(`The database is kept in ${dataDir}.`);
  else removeDataFolder(dataDir);
}
