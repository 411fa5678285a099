/** The producing side: wakes workers, and never makes anybody wait for it. */
import { openQueue } from './connections.ts';
import type { WakeUpQueue } from './connections.ts';
import type { QueueTarget } from './target.ts';
import { deduplicationId, wakeUpJob } from './wake-up.ts';
import type { WakeUpRequest, WorkflowKey } from './wake-up.ts';

export interface WakeUpsOptions {
  /** How long a call may take, milliseconds; 300 where absent. */
  timeoutMs?: number;
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
   * Wakes a worker for each workflow. Never throws and never takes longer than the bound; 'failed' means that some
   * wake-ups may not have been sent.
   */
  wake(wakeUps: readonly WakeUpRequest[]): Promise<'sent' | 'failed'>;
  /**
   * Forgets the deduplication of a workflow, so that its next wake-up makes a job again. For the sweeper: a wake-up
   * that led nowhere would keep the workflow deaf. Never throws, bounded like `wake`.
   */
  forget(key: WorkflowKey): Promise<'sent' | 'failed'>;
  /** Null where the queue does not answer in time. */
  counts(): Promise<QueueCounts | null>;
  close(): Promise<void>;
}

/** No command lives longer than this, whatever happened to the connection. */
const COMMAND_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** Connects with its first use, and again by itself after the server was away. */
export function createWakeUps(target: QueueTarget, { timeoutMs = 300, onError }: WakeUpsOptions): WakeUps {
  let current: WakeUpQueue | undefined;
  let opening: Promise<WakeUpQueue> | undefined;
  /** A call that went beyond its bound and is still not answered. Until it is, the next ones do not even try. */
  let stuck = false;

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
      const jobs = await bounded((opened) => opened.addBulk(wakeUps.map(wakeUpJob)));
      return jobs === null ? 'failed' : 'sent';
    },
    async forget(key) {
      const removed = await bounded((opened) => opened.removeDeduplicationKey(deduplicationId(key)));
      return removed === null ? 'failed' : 'sent';
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
