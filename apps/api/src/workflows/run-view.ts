import type { RunSummary } from '@wm/store';
import { activityState } from './activity-state.ts';
import { runCertainty } from './certainty.ts';

/** A run as the API shows it: what is stored, and what follows from it at the time of the answer. */
export function runView<T extends Omit<RunSummary, 'updatedAt'>>(run: T, now: Date) {
  return { ...run, activityState: activityState(run, now), certainty: runCertainty(run) };
}
