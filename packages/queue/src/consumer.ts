/** The consuming side: hands each wake-up to the worker, for as long as the process lives. */
import { UnrecoverableError } from 'bullmq';
import type { Job } from 'bullmq';
import { openWorker } from './connections.ts';
import type { WakeUpWorker } from './connections.ts';
import type { QueueTarget } from './target.ts';
import { wakeUpSchema } from './wake-up.ts';
import type { WakeUp } from './wake-up.ts';

export interface ConsumerOptions {
  /** How many wake-ups are worked on at once. */
  concurrency: number;
  /** Resolves when the workflows are drained. A rejection is tried again, with growing pauses, a few times. */
  process: (wakeUp: WakeUp) => Promise<void>;
  onError: (error: Error) => void;
}

export interface Consumer {
  /** Takes no new wake-ups, waits for those being worked on, at most `graceMs` milliseconds. */
  close(graceMs?: number): Promise<void>;
}

const REOPEN_AFTER_MS = 500;

/** Begins at once. A server that is away, now or later, is waited for. */
export function createConsumer(target: QueueTarget, options: ConsumerOptions): Consumer {
  const { concurrency, process, onError } = options;
  let worker: WakeUpWorker | undefined;
  let ready = false;
  const closing = new AbortController();
  let wakeEarly: (() => void) | undefined;

  const handle = async (job: Job<WakeUp, void>): Promise<void> => {
    const wakeUp = wakeUpSchema.safeParse(job.data);
    if (!wakeUp.success) {
      throw new UnrecoverableError(
        `Not a wake-up: ${wakeUp.error.message}. No event is lost; the sweeper finds what is pending.`,
      );
    }
    await process(wakeUp.data);
  };

  // A worker whose first connection fails never recovers, so that it is made again until one is ready.
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const opened = openWorker(target, handle, concurrency, onError);
      worker = opened;
      try {
        await opened.waitUntilReady();
        ready = true;
        return;
      } catch (error) {
        if (!closing.signal.aborted) onError(error instanceof Error ? error : new Error(String(error)));
        await opened.close(true).catch(() => {});
      }
      await new Promise<void>((resolve) => {
        wakeEarly = resolve;
        setTimeout(resolve, REOPEN_AFTER_MS);
      });
    }
  };
  const running = run();

  return {
    async close(graceMs = 5_000) {
      closing.abort();
      wakeEarly?.();
      let timer: NodeJS.Timeout | undefined;
      const force = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      // A worker that never reached its server has nothing to finish, and would wait for the connection for ever.
      await Promise.race([ready ? Promise.all([worker?.close(), running]) : worker?.close(true), force]);
      clearTimeout(timer);
    },
  };
}
