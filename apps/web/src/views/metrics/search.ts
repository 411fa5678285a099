import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

export const SORTS = ['started', 'failed', 'rate', 'retries', 'p50', 'p95', 'p99'] as const;

/** The figure of a step that is shown for each environment. */
export const MEASURES = ['p50', 'p95', 'failed', 'retries'] as const;

/** What the view of metrics has in its address. */
export const metricsSearch = z.object({
  /** Absent: by environment. */
  by: oneOf(['env', 'service', 'name', 'step', 'compare']),
  name: list(),
  /** Only these steps; of by=step. */
  steps: list(),
  /** What the rows are ordered by, the largest first. Absent: started. */
  sort: oneOf(SORTS),
  /** Absent: p95. */
  measure: oneOf(MEASURES),
  /** all: more rows than the usual number. */
  rows: oneOf(['all']),
  /** The two environments that are compared. */
  left: text(),
  right: text(),
});

export type MetricsBy = NonNullable<z.infer<typeof metricsSearch>['by']>;
