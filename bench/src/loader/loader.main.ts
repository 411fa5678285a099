/**
 * `npm run bench:load`: fills a store with workflows as they would stand there after some days of use. Options: --workflows
 * (100000), --days (30: over so many up to now they begin), --data DIR (a kept folder with a PostgreSQL of its own and a database
 * for each number of workflows and of days) or --database-url URL (an empty database), --seed, --generators (processes that make the rows).
 * Exit code 0: loaded; 2: it could not; 130: Ctrl-C.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { brokenOff, interruption, refuse, say, wholeNumber } from '../long-command.ts';
import { keptStore, startLoadingServer } from './loaded-store.ts';
import { loadWorkflows, USUAL_DAYS } from './load-workflows.ts';
import type { Loaded } from './load-workflows.ts';
import { progressOf } from './progress.ts';

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '100000' },
    days: { type: 'string', default: String(USUAL_DAYS) },
    data: { type: 'string' },
    'database-url': { type: 'string' },
    seed: { type: 'string', default: '1' },
    generators: { type: 'string', default: String(availableParallelism() + 1) },
  },
});

const signal = interruption();

const workflows = wholeNumber('workflows', values.workflows);
const seed = wholeNumber('seed', values.seed);
const generators = wholeNumber('generators', values.generators);

async function load(): Promise<void> {
  const options = {
    workflows,
    days: Number(values.days),
    seed,
    generators,
    progress: progressOf(workflows, say),
    signal,
  };
  const { data, 'database-url': url } = values;
  if ((data === undefined) === (url === undefined)) refuse('Give either --data DIR or --database-url URL.');
  if (url !== undefined) {
    const { events, seconds }: Loaded = await loadWorkflows({ ...options, url });
    say(`Loaded ${workflows} workflows with ${events} events in ${seconds.toFixed(0)} s.`);
    return;
  }
  const server = await startLoadingServer(data!, say);
  try {
    const loaded = await keptStore({ ...options, serverUrl: server.url, say });
    say(`It is the database ${new URL(loaded).pathname.slice(1)} in ${data}.`);
  } finally {
    await server.stop();
  }
}

try {
  await load();
} catch (error) {
  brokenOff(error, signal);
}
