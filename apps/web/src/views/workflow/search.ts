import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

/** What the detail of a workflow, and of a step, has in its address. */
export const workflowSearch = z.object({
  /** From 1; absent: the newest. */
  run: text(),
  tab: oneOf(['timeline', 'steps', 'input', 'events', 'runs', 'why', 'compare']),
  /** The scrubber: the state right after this event. */
  at: text(),
  /** Filters of the events. */
  type: list(),
  step: text(),
  text: text(),
  /** The run to compare with: env/service/workflowId/run. */
  with: text(),
});
