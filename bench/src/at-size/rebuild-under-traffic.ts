/** `wm rebuild` of everything while the simulator posts and the api is read. */
import { setTimeout as pause } from 'node:timers/promises';
import { startServiceProcess } from '../pipeline/service-process.ts';
import { startCommand } from './command.ts';
import type { Reader, ReadFigures } from './reader.ts';
import type { AtSizeOptions } from './run.ts';

const PROGRESS_EVERY_MS = 10_000;

export interface Rebuilt {
  /** Of `wm rebuild`: its exit code and what it said. */
  readonly code: number | null;
  readonly stdout: string;
  readonly seconds: number;
  /** Events that the simulator sent. */
  readonly posted: number;
  /** What it says of itself where it could not send everything. */
  readonly dropped: string[];
  /** Reads under traffic before the rebuild, and during it. */
  readonly before: ReadFigures;
  readonly during: ReadFigures;
}

/** @param options how fast to post, how long to read before */
export async function rebuildUnderTraffic(
  options: AtSizeOptions,
  reader: Reader,
  env: Readonly<Record<string, string>>,
): Promise<Rebuilt> {
  const { rate, baselineMs, say, signal } = options;
  const ingest = await startServiceProcess('ingest', env);
  const simulate = startCommand(['simulate', '--url', ingest.url, '--rate', String(rate), '--forever', '--json'], {
    env,
  });
  try {
    say(`Posting ${rate} events/s, reading the api …`);
    const { reading: baseline, end: endBaseline } = startReading(reader, signal);
    await pause(baselineMs, undefined, { signal }).finally(endBaseline);
    const before = await baseline;
    say('`wm rebuild` of everything, meanwhile …');
    const begun = performance.now();
    const { reading, end } = startReading(reader, signal);
    const rebuild = startCommand(['rebuild'], { env, onLine: nowAndThen(say) });
    signal.addEventListener('abort', () => rebuild.interrupt(), { once: true });
    const { code, stdout } = await rebuild.ended;
    const seconds = (performance.now() - begun) / 1_000;
    end();
    const during = await reading;
    simulate.interrupt();
    const { posted, dropped } = await outcomeOf(simulate.ended);
    signal.throwIfAborted();
    return { code, stdout, seconds, posted, dropped, before, during };
  } finally {
    simulate.interrupt();
    await simulate.ended;
    await ingest.stop();
  }
}

/** Reads until `end` is called or the signal comes. */
function startReading(reader: Reader, signal: AbortSignal): { reading: Promise<ReadFigures>; end: () => void } {
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener('abort', end, { once: true });
  return { reading: reader.readUntil(over.signal), end };
}

async function outcomeOf(
  ended: Promise<{ code: number | null; stdout: string }>,
): Promise<Pick<Rebuilt, 'posted' | 'dropped'>> {
  const { code, stdout } = await ended;
  const { events = 0 } = JSON.parse(stdout || '{}') as { events?: number };
  return { posted: events, dropped: code === 0 ? [] : [`wm simulate ended with ${code}: ${stdout}`] };
}

/** Progress comes every second; a long run needs less of it. */
function nowAndThen(say: (line: string) => void): (line: string) => void {
  let saidAt = 0;
  return (line) => {
    if (performance.now() - saidAt < PROGRESS_EVERY_MS) return;
    saidAt = performance.now();
    say(`  ${line}`);
  };
}
