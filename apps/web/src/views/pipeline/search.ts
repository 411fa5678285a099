import * as z from 'zod/mini';
import { oneOf, text } from '../../url/search.ts';

export const QUARANTINE_STATES = ['open', 'redriven', 'discarded'] as const;

/** What the view of the pipeline has in its address. */
export const pipelineSearch = z.object({
  /** Absent: flow. */
  show: oneOf(['flow', 'quarantine']),
  reason: text(),
  /** Absent: open. */
  state: oneOf([...QUARANTINE_STATES, 'all']),
});
