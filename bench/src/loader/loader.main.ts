/**
 * `npm run bench:load`: fills a store with workflows as they would stand there after thirty days. Options: --workflows
 * (100000), --data DIR (a kept folder with a PostgreSQL of its own and a database for each size) or --database-url URL (an empty
 * database), --seed, --generators (processes that make the rows).
 * Exit code 0: loaded; 2: it could not; 130: Ctrl-C.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { keptStore, startLoadingServer } from './loaded-store.ts';
import { loadWorkflows } from './load-workflows.ts';
import type { Loaded } from './load-workflows.ts';
import { progressOf } from './progress.ts';

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '100000' },
    data: { type: 'string' },
    'database-url': { type: 'string' },
    seed: { type: 'string', default: '1' },
    generators: { type: 'string', default: String(availableParallelism() + 1) },
  },
});

const begun = performance.now();
const say = (line: string): void =>
  void process.stderr.write(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(6)} s  ${line}\n`);
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort());

function positive(name: 'workflows' | 'seed' | 'generators'): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  say(`--${name} must be a whole number above 0, not ${values[name]}. Nothing was started.`);
  return process.exit(2);
}

async function load(): Promise<void> {
  const workflows = positive('workflows');
  const seed = positive('seed');
  const generators = positive('generators');
  const options = { workflows, seed, generators, progress: progressOf(workflows, say), signal: interrupt.signal };
  const { data, 'database-url': url } = values;
  if ((data === undefined) === (url === undefined))
    throw new Error('Give either --data DIR or --database-url URL. Nothing was started.');
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
  if (!interrupt.signal.aborted) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = interrupt.signal.aborted ? 130 : 2;
}
