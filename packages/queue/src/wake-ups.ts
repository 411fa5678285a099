/** The producing side: wakes workers, and never makes anybody wait for it. */
import { openQueue } from './connections.ts';
import type { WakeUpQueue } from './connections.ts';
import type { QueueTarget } from './target.ts';
import { wakeUpJobs } from './wake-up.ts';
import type { WakeUpRequest } from './wake-up.ts';

export interface WakeUpsOptions {
  /** How long a call may take, milliseconds; 300 where absent. */
  timeoutMs?: number;
  /** Jobs that may wait; 2,000 where absent. */
  maxWaiting?: number;
  /** Hears what went wrong. Nothing is lost by it: the sweeper finds the events. */
  onError: (error: Error) => void;
}

/** Jobs by state. */
export interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

export interface WakeUps {
  /**
   * Wakes a worker for these workflows. Never throws and never takes longer than the bound; 'failed' means that some
   * wake-ups may not have been sent. While very many wait nothing is added: workers that have come so far take the rest
   * from the work list in PostgreSQL.
   */
  wake(wakeUps: readonly WakeUpRequest[]): Promise<'sent' | 'failed'>;
  /** Null where the queue does not answer in time. */
  counts(): Promise<QueueCounts | null>;
  close(): Promise<void>;
}

/** No command lives longer than this, whatever happened to the connection. */
const COMMAND_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** With a hundred workflows in each they take some 40 MB of Redis: without workers the queue must not fill its memory. */
const MAX_WAITING = 2_000;
const LOOK_EVERY_MS = 1_000;

/** Knows whether jobs may be added, by a look now and then. */
class RoomInQueue {
  readonly #most: number;
  #lookedAt = -Infinity;
  #isLeft = true;

  constructor(most: number) {
    this.#most = most;
  }

  async isLeft(queue: WakeUpQueue): Promise<boolean> {
    if (performance.now() - this.#lookedAt > LOOK_EVERY_MS) {
      this.#lookedAt = performance.now();
      const { waiting = 0 } = await queue.getJobCounts('waiting');
      this.#isLeft = waiting < this.#most;
    }
    return this.#isLeft;
  }
}

/** Connects with its first use, and again by itself after the server was away. */
export function createWakeUps(
  target: QueueTarget,
  { timeoutMs = 300, maxWaiting = MAX_WAITING, onError }: WakeUpsOptions,
): WakeUps {
  let current: WakeUpQueue | undefined;
  let opening: Promise<WakeUpQueue> | undefined;
  /** A call that went beyond its bound and is still not answered. Until it is, the next ones do not even try. */
  let stuck = false;

  const room = new RoomInQueue(maxWaiting);

  const open = async (): Promise<WakeUpQueue> => {
    const opened = openQueue(target, COMMAND_TIMEOUT_MS, onError);
    current = opened;
    try {
      await opened.waitUntilReady();
      return opened;
    } catch (error) {
      // A queue whose first connection failed never recovers; the next call makes a new one.
      opening = undefined;
      await opened.close().catch(() => {});
      throw error;
    }
  };

  const bounded = async <T>(work: (opened: WakeUpQueue) => Promise<T>): Promise<T | null> => {
    if (stuck) return null;
    opening ??= open();
    const attempt = opening.then(work);
    const settled = attempt.catch((error: unknown) => {
      onError(error instanceof Error ? error : new Error(String(error)));
      return null;
    });
    const outcome = await within(timeoutMs, settled);
    if (outcome !== LATE) return outcome;
    stuck = true;
    void settled.finally(() => {
      stuck = false;
    });
    return null;
  };

  return {
    async wake(wakeUps) {
      if (wakeUps.length === 0) return 'sent';
      const done = await bounded(async (opened) => {
        if (await room.isLeft(opened)) await opened.addBulk(wakeUpJobs(wakeUps));
        return true;
      });
      return done === null ? 'failed' : 'sent';
    },
    async counts() {
      const counts = await bounded((opened) => opened.getJobCounts('waiting', 'active', 'delayed', 'failed'));
      if (counts === null) return null;
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
      return { waiting, active, delayed, failed };
    },
    async close() {
      if (current !== undefined)
        await within(
          CLOSE_TIMEOUT_MS,
          current.close().catch(() => {}),
        );
    },
  };
}

const LATE = Symbol('late');

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, LATE);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
