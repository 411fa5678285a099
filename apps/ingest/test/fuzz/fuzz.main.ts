/**
 * `npm run fuzz -- --minutes 20 --seed 7`: attacks a real ingest service, on a PostgreSQL of its own, until the time is
 * over. docs/chaos.md says what is sent and what must hold. Exit code 0: clean; 1: not; 2: not run; 130: Ctrl-C, clean so far.
 */
import { parseArgs } from 'node:util';
import { hasRedisServer, startRedisServer } from '../../../../packages/testkit/src/redis-server.ts';
import { startOwnDatabase } from './own-database.ts';
import { runFuzz } from './run-fuzz.ts';
import type { FuzzReport } from './run-fuzz.ts';
import { startSystem } from './system.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const startedAt = performance.now();
const sayWithTime = (line: string): void => {
  const seconds = Math.floor((performance.now() - startedAt) / 1_000);
  say(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}  ${line}`);
};

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    /** Instead of minutes. */
    rounds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    backend: { type: 'string', default: hasRedisServer() ? 'redis' : 'postgres' },
    /** Of fast-check, as a failure prints it. */
    path: { type: 'string' },
  },
});

function numberOf(name: 'minutes' | 'rounds' | 'seed', least: number): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= least) return value;
  say(`--${name} must be a number of ${least} or more, not ${values[name]}. Nothing was started.`);
  process.exit(2);
}

/** Upwards from the first, for as many rounds as were asked for, or until the time is over. */
function seeds(): Generator<number> {
  const first = numberOf('seed', 0);
  const until = values.rounds === undefined ? startedAt + numberOf('minutes', 0) * 60_000 : Infinity;
  const last = first + (values.rounds === undefined ? Infinity : numberOf('rounds', 0)) - 1;
  return (function* () {
    for (let seed = first; seed <= last && performance.now() < until; seed += 1) yield seed;
  })();
}

function verdict(report: FuzzReport, wasInterrupted: boolean): string {
  const { rounds, requests, events, answers, quarantined, peakMb, finding } = report;
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ');
  return [
    '',
    `rounds       ${rounds}${wasInterrupted ? ', ended early' : ''}`,
    `requests     ${requests}; answers: ${list(answers)}`,
    `events       ${events.sent} sent and acknowledged: ${events.accepted} stored, ${events.duplicates} duplicates, ${events.quarantined} quarantined`,
    `quarantined  ${list(quarantined)}`,
    `memory       ingest took at most ${peakMb} MB`,
    finding === null ? 'CLEAN' : `NOT CLEAN\n${finding}`,
  ].join('\n');
}

/** @returns the exit code */
async function main(): Promise<number> {
  if (values.backend !== 'redis' && values.backend !== 'postgres') {
    say('--backend must be redis or postgres. Nothing was started.');
    return 2;
  }
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interrupt.signal.aborted) say('Ending: what was sent is still checked …');
      interrupt.abort();
    });
  }
  const rounds = seeds();
  say(`seed ${values.seed}, the queue on ${values.backend}`);
  const redis = values.backend === 'redis' ? await startRedisServer() : null;
  const redisUrl = redis?.url ?? null;
  try {
    const database = await startOwnDatabase(redisUrl);
    try {
      const system = await startSystem(database.url, redisUrl);
      try {
        const { signal } = interrupt;
        const path = values.path === undefined ? {} : { path: values.path };
        const report = await runFuzz(system, {
          seeds: rounds,
          requests: 200,
          largeBodies: 4,
          ...path,
          signal,
          say: sayWithTime,
        });
        say(verdict(report, signal.aborted));
        return report.finding !== null ? 1 : signal.aborted ? 130 : 0;
      } finally {
        await system.stop();
      }
    } finally {
      await database.stop();
    }
  } finally {
    await redis?.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 2;
});
