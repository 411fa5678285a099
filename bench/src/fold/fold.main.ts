/**
 * `npm run bench:fold`: the fold by itself; late events into runs of several lengths; a stream of them; long runs that
 * go on in order. Options: --quick, --repeats, --longest (events of the longest run), --json.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { verifyWorkflows } from '@wm/store';
import { describeMachine } from '../machine.ts';
import { continuing, lateEvents, lateStream, pureFold } from './measures.ts';
import { reportText } from './report.ts';
import type { FoldReport } from './report.ts';
import { idleSecond, startSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    repeats: { type: 'string' },
    longest: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
  },
});
const longest = Number(values.longest);
const repeats = Number(values.repeats ?? (values.quick ? 3 : 7));
const upTo = (lengths: readonly number[]): number[] => [...lengths.filter((length) => length < longest), longest];
const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** Says a figure as soon as it stands: a run that is broken off has not measured for nothing. */
function told<T>(figure: T): T {
  say(`    ${JSON.stringify(figure)}`);
  return figure;
}

const loadBefore = os.loadavg()[0]!;

async function measure(here: Surroundings): Promise<FoldReport> {
  const pure = upTo([100, 10_000]).map((length) => ({ length, perSecond: pureFold(length, repeats) }));
  // The first run compiles the code and opens the connections.
  const noIdle = { ingest: 0, worker: 0, postgres: 0 };
  await lateEvents(here, noIdle, 1_000, 5);
  await continuing(here, noIdle, 100, 1, 100);
  const idle = await idleSecond(here);
  const late: FoldReport['late'][number][] = [];
  for (const length of upTo(values.quick ? [1_000] : [100, 1_000, 10_000])) {
    say(`  late events into a run of ${length} events …`);
    late.push(...told(await lateEvents(here, idle, length, repeats)));
  }
  say(`  a stream of late events into a run of ${longest} events …`);
  const stream = told(await lateStream(here, idle, longest, values.quick ? 500 : 1_000, 100));
  const goingOn: FoldReport['continuing'][number][] = [];
  for (const length of upTo(values.quick ? [100] : [100, 10_000])) {
    say(`  a run of ${length} events goes on …`);
    goingOn.push(told(await continuing(here, idle, length, repeats, values.quick ? 30 : 100)));
  }
  say('  verifying …');
  const verified = await verifyWorkflows(here.sql, { onDifference: (difference) => say(JSON.stringify(difference)) });
  return {
    machine: await describeMachine(here.sql, loadBefore),
    queue: here.queue,
    repeats,
    pure,
    late,
    stream,
    continuing: goingOn,
    differences: verified.differences,
  };
}

say('Starting PostgreSQL and the services for the benchmark …');
const here = await startSurroundings();
try {
  const report = await measure(here);
  process.stdout.write(reportText(report));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.differences > 0) process.exitCode = 1;
} finally {
  await here.stop();
}
