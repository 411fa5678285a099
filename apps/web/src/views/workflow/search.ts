import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

const TABS = ['timeline', 'steps', 'input', 'events', 'runs', 'why', 'compare'] as const;
export type Tab = (typeof TABS)[number];

/** What the detail of a workflow, and of a step, has in its address. */
export const workflowSearch = z.object({
  /** From 1; absent: the newest. */
  run: text(),
  tab: oneOf(TABS),
  /** The scrubber: the state right after this event. */
  at: text(),
  /** Filters of the events. */
  type: list(),
  step: text(),
  text: text(),
  /** The event that is shown whole. */
  event: text(),
  /** Of the timeline: 'out' draws long waits as short as a mark, 'in' draws them as long as they were; absent: as fits. */
  waits: oneOf(['in', 'out']),
  /** Of the timeline: the stretch in sight, as two times in ms since the epoch. */
  zoom: text(),
  /** The run to compare with: env/service/workflowId/run, each percent-encoded. */
  with: text(),
  /** Of the comparison: only the steps that differ. */
  only: oneOf(['different']),
});

/** @returns undefined where it is no number of a run, so that a broken link shows the newest */
export function runNumber(run: string | undefined): number | undefined {
  return run !== undefined && /^[1-9]\d{0,8}$/.test(run) ? Number(run) : undefined;
}
