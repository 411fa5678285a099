import { setMaxListeners } from 'node:events';
import { generateTraffic } from '@wm/simulator';
import { PlainError } from '../plain-error.ts';
import { simulateOptions } from './simulate-options.ts';
import { createPoster } from './simulate-post.ts';
import type { Poster } from './simulate-post.ts';
import { runTraffic } from './simulate-run.ts';
import { summaryText, Tally } from './simulate-tally.ts';

/** One Ctrl-C can arrive more than once: from the terminal, and passed on by npm. */
const SAME_CTRL_C_MS = 1000;
const LINE_EVERY_MS = { terminal: 500, log: 5000 } as const;

/**
 * `wm simulate`: posts simulated traffic to a running ingest service, live progress on stderr, the summary on stdout.
 * Resolves to 0, or to 1 where a batch was dropped.
 */
export async function simulateCommand(args: string[]): Promise<number> {
  const { url, key, seed, rate, workflows, durationMs, services, environments, json, ...pace } = simulateOptions(args);
  const tally = new Tally();
  const interrupt = interruptSignal();
  const { signal } = interrupt;
  const poster = createPoster({ url, key, signal, onFailedTry: (reason) => tally.failedTry(reason) });
  try {
    await checkTarget(poster, url, key);
    process.stderr.write(`Posting about ${rate} events/s to ${url} (seed ${seed}). Ctrl-C ends it.\n`);
    const stopProgress = showProgress(tally);
    const startAt = Date.now();
    const deliveries = generateTraffic({ seed, workflows, rate, startAt, services, environments, pace });
    await runTraffic({ deliveries, poster, tally, until: startAt + durationMs, signal });
    stopProgress();
  } finally {
    interrupt.end();
    poster.close();
  }
  const summary = tally.summary();
  process.stdout.write(json ? `${JSON.stringify({ seed, url, ...summary })}\n` : summaryText(summary));
  return summary.droppedEvents > 0 ? 1 : 0;
}

/** A wrong address or key is said at once, not after a thousand dropped batches. */
async function checkTarget(poster: Poster, url: string, key: string | null): Promise<void> {
  const status = await poster.probe().catch((error: NodeJS.ErrnoException) => {
    throw new PlainError(`No ingest service answers at ${url} (${error.code ?? error.message}). Nothing was sent.`);
  });
  if (status !== 401) return;
  const why =
    key === null
      ? 'It asks for a key: make one with `wm keys create` and give it with --key.'
      : 'It does not know the key that --key gives.';
  throw new PlainError(`${url} refused the request (401). Nothing was sent. ${why}`);
}

/** One line that is written over on a terminal, a line now and then elsewhere. Returns what ends it. */
function showProgress(tally: Tally): () => void {
  const terminal = process.stderr.isTTY;
  const show = (): void =>
    void process.stderr.write(terminal ? `\r\u001b[K${tally.progressLine()}` : `${tally.progressLine()}\n`);
  const timer = setInterval(show, terminal ? LINE_EVERY_MS.terminal : LINE_EVERY_MS.log);
  return () => {
    clearInterval(timer);
    show();
    if (terminal) process.stderr.write('\n');
  };
}

/** The first Ctrl-C ends the simulation with its summary; a later one ends the process. */
function interruptSignal(): { signal: AbortSignal; end: () => void } {
  const interrupt = new AbortController();
  // Every batch that waits for its next try listens.
  setMaxListeners(0, interrupt.signal);
  let firstAt = 0;
  const onSignal = (): void => {
    if (interrupt.signal.aborted && performance.now() - firstAt > SAME_CTRL_C_MS) process.exit(130);
    if (!interrupt.signal.aborted) firstAt = performance.now();
    interrupt.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, onSignal);
  return { signal: interrupt.signal, end: () => signals.forEach((name) => process.off(name, onSignal)) };
}
