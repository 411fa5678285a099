import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

export const SORTS = ['started', 'failed', 'rate', 'retries', 'p50', 'p95', 'p99'] as const;

/** What the view of metrics has in its address. */
export const metricsSearch = z.object({
  /** Absent: by environment. */
  by: oneOf(['env', 'service', 'name', 'step', 'compare']),
  name: list(),
  /** Only these steps; of by=step. */
  steps: list(),
  /** What the rows are ordered by, the largest first. Absent: started. */
  sort: oneOf(SORTS),
  /** all: more rows than the usual number. */
  rows: oneOf(['all']),
  /** The two environments that are compared. */
  left: text(),
  right: text(),
});
