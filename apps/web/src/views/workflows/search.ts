import * as z from 'zod/mini';
import { list, oneOf, someOf, text } from '../../url/search.ts';

export const STATUSES = ['pending', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
const SORTS = ['started', 'finished', 'duration', 'updated', 'retries'] as const;
export type Sort = (typeof SORTS)[number];

const flag = () => oneOf(['true', 'false']);

/** What the list of workflows has in its address: the filters of the api by the same names, and the columns. */
export const workflowsSearch = z.object({
  status: someOf(STATUSES),
  name: list(),
  search: text(),
  error: text(),
  errorGroup: text(),
  errorStep: text(),
  step: text(),
  tag: list(),
  minDurationMs: text(),
  maxDurationMs: text(),
  finishedSince: text(),
  finishedUntil: text(),
  hasRetries: flag(),
  hasGaps: flag(),
  overdue: flag(),
  runs: oneOf(['latest', 'all']),
  /** The range of time is that in which they ended; absent: in which they began. */
  time: oneOf(['ended']),
  sort: oneOf(SORTS),
  order: oneOf(['asc', 'desc']),
  /** Those in sight; absent: the usual ones. */
  columns: list(),
});

export type WorkflowsSearch = z.infer<typeof workflowsSearch>;
