import type { Queue } from 'bullmq';
import { openQueue } from './connections.ts';
import type { QueueTarget } from './target.ts';

const READY_WITHIN_MS = 3_000;

/**
 * BullMQ's own object for the queue, for a board that shows it. Whoever has it can change the queue: keep it to a board
 * that only reads.
 *
 * @param onError hears of the connection while it is open
 * @throws where the server does not answer in time
 */
export async function openBoardQueue(target: QueueTarget, onError: (error: Error) => void): Promise<Queue> {
  const queue = openQueue(target, READY_WITHIN_MS, onError) as Queue;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The queue did not answer within ${READY_WITHIN_MS} ms.`);
    timer = setTimeout(() => reject(error), READY_WITHIN_MS);
  });
  try {
    await Promise.race([queue.waitUntilReady(), late]);
    return queue;
  } catch (error) {
    void queue.close().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
