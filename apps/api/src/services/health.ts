/** How a service fares in one environment, from counts: the same rule for everybody, told with its reason. */
import { z } from '@hono/zod-openapi';
import { compareShares } from '../statistics/noise.ts';

/** From so many that ended, half of them failed means that it fails. */
const FEW = 5;

export const healthSchema = z
  .object({
    state: z.enum(['healthy', 'worse', 'failing', 'quiet']).openapi({
      description: `failing: at least half of those that ended failed, of ${FEW} or more; worse: a larger share failed than in the range of the same length before, by more than noise; quiet: none started or ended; healthy: else`,
    }),
    reason: z.string(),
  })
  .openapi('Health');

interface Ended {
  started: number;
  completed: number;
  failed: number;
}

/** @param before counts of the range of the same length before */
export function health(now: Ended, before: Ended): z.infer<typeof healthSchema> {
  const ended = now.completed + now.failed;
  const endedBefore = before.completed + before.failed;
  if (ended === 0 && now.started === 0) return { state: 'quiet', reason: 'Nothing started or ended in this range.' };
  const told = `${now.failed} of ${ended} failed`;
  if (ended >= FEW && now.failed * 2 >= ended) return { state: 'failing', reason: `${told}.` };
  const test = compareShares({ hits: now.failed, of: ended }, { hits: before.failed, of: endedBefore });
  if (test?.moreThanNoise === true && now.failed * endedBefore > before.failed * ended) {
    return { state: 'worse', reason: `${told}, before that ${before.failed} of ${endedBefore}.` };
  }
  return { state: 'healthy', reason: `${told}.` };
}
