/**
 * `npm run chaos`: real ingest services, workers, PostgreSQL and queue under traffic, faults drawn from a seed, and a
 * ledger at the end. docs/chaos.md says what is struck and what must hold. Exit code 0: clean; 1: not; 2: not run.
 */
import { parseArgs } from 'node:util';
import { BROKEN } from './broken.ts';
import type { Broken } from './broken.ts';
import { hasRedisServer } from './redis-server.ts';
import { reportText } from './report.ts';
import { runChaos } from './run.ts';
import type { ChaosOptions } from './run.ts';
import { FAULT_PLANS } from './schedule.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function refuse(why: string): never {
  say(why);
  process.exit(2);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  return refuse(`--${name} must be a number above 0, not ${text}. Nothing was started.`);
}

function options(): Omit<ChaosOptions, 'say' | 'signal'> & { json: boolean } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '150' },
      backend: { type: 'string' },
      faults: { type: 'string', default: 'all' },
      broken: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { backend = hasRedisServer() ? 'redis' : 'postgres', broken = null } = values;
  if (backend !== 'redis' && backend !== 'postgres')
    refuse('--backend must be redis or postgres. Nothing was started.');
  if (backend === 'redis' && !hasRedisServer()) {
    refuse('There is no redis-server on the PATH. Nothing was started. Install Redis, or use --backend postgres.');
  }
  if (broken !== null && !Object.hasOwn(BROKEN, broken)) {
    refuse(`--broken must be one of ${Object.keys(BROKEN).join(', ')}. Nothing was started.`);
  }
  const plan = FAULT_PLANS.find((name) => name === values.faults);
  if (plan === undefined) refuse(`--faults must be one of ${FAULT_PLANS.join(', ')}. Nothing was started.`);
  return {
    seed: Number(values.seed),
    lengthMs: positive('minutes', values.minutes) * 60_000,
    rate: positive('rate', values.rate),
    backend,
    plan,
    broken: broken as Broken | null,
    json: values.json,
  };
}

/** A harness that fails has found nothing: that is another exit code than that of a ledger that is not clean. */
function fail(error: unknown): never {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(2);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', (error) => {
  // PostgreSQL is away now and then. A client library that loses its connection while it connects leaves such a promise
  // behind, which nobody can wait for.
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^(CONNECTION_|ECONN|EPIPE|57P0)/.test(code)) fail(error);
});

const { json, ...run } = options();
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interrupt.signal.aborted) say('Ending all processes …');
    interrupt.abort();
  });
}
try {
  const report = await runChaos({ ...run, say, signal: interrupt.signal });
  process.stdout.write(reportText(report));
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.clean ? 0 : 1;
} catch (error) {
  if (!interrupt.signal.aborted) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = interrupt.signal.aborted ? 130 : 2;
}
