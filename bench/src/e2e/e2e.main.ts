/**
 * `npm run bench:e2e`: events per second from HTTP to the committed projection on both queue backends, beside the loop of
 * the schema document and beside a bare COPY of the same rows, in one run on one PostgreSQL. Options: --events,
 * --repeats, --workers, --seed, --quick (under two minutes), --json (one object as the last line).
 */
import { parseArgs } from 'node:util';
import { withServers } from '../servers.ts';
import { summarise } from './e2e-report.ts';
import { e2eText } from './e2e-text.ts';
import { FULL, QUICK, runE2e } from './run-e2e.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string' },
    repeats: { type: 'string' },
    workers: { type: 'string' },
    seed: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const { quick, json, ...given } = values;
const numbers = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, Number(text)]));
const options = { ...(quick ? QUICK : FULL), ...numbers };

const report = await withServers(async (servers) =>
  summarise(servers.machine, options, await runE2e(options, servers)),
);
process.stdout.write(e2eText(report));
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
