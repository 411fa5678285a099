/** Runs that are not over, as every answer counts them. */
import { z } from '@hono/zod-openapi';
import type { OpenRuns } from '@wm/store';

const count = z.int();

export const openSchema = z
  .object({ running: count, paused: count, queued: count, pending: count })
  .openapi('OpenRuns', { description: 'Newest runs that are not over now, whenever they began' });

type Open = z.infer<typeof openSchema>;

export function addUpOpen(rows: readonly OpenRuns[]): Open {
  const open: Open = { running: 0, paused: 0, queued: 0, pending: 0 };
  for (const { status, runs } of rows) if (status in open) open[status as keyof Open] += runs;
  return open;
}
