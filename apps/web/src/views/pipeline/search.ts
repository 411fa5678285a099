import * as z from 'zod/mini';
import { oneOf, text } from '../../url/search.ts';

/** What the view of the pipeline has in its address. */
export const pipelineSearch = z.object({
  show: oneOf(['flow', 'quarantine']),
  reason: text(),
  state: oneOf(['open', 'redriven', 'discarded']),
});
