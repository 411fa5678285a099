import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

export const STATUSES = ['pending', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export const SORTS = ['started', 'finished', 'duration', 'updated', 'retries'] as const;

const flag = () => oneOf(['true', 'false']);

/** What the list of workflows has in its address: the filters of the api by the same names. */
export const workflowsSearch = z.object({
  status: z.catch(
    z.optional(
      z.pipe(
        z.transform((value) => (value === undefined ? undefined : [value].flat())),
        z.optional(z.array(z.enum(STATUSES))),
      ),
    ),
    undefined,
  ),
  name: list(),
  search: text(),
  error: text(),
  errorGroup: text(),
  errorStep: text(),
  step: text(),
  tag: list(),
  minDurationMs: text(),
  maxDurationMs: text(),
  hasRetries: flag(),
  hasGaps: flag(),
  overdue: flag(),
  runs: oneOf(['latest', 'all']),
  sort: oneOf(SORTS),
  order: oneOf(['asc', 'desc']),
});
