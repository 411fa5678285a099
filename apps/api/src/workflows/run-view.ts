import type { Expectations, RunSummary } from '@wm/store';
import { activityState } from '../active/activity.ts';
import { runCertainty } from './certainty.ts';

/** For runs that are over, and as of times of which nobody knows what was usual then. */
export const NOTHING_EXPECTED: Expectations = {};

/** A run as the API shows it: what is stored, and what follows from it at the time of the answer. */
export function runView<T extends Omit<RunSummary, 'updatedAt'>>(run: T, now: Date, expectations: Expectations) {
  return { ...run, activityState: activityState(run, now, expectations), certainty: runCertainty(run) };
}
