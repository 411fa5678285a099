/** Where the failures of a list happened. Pure. */
import type { WorkflowListItem } from '@wm/client';

export interface Place {
  env: string;
  serviceKey: string;
  workflowName: string;
  /** null: no step is to blame, or it is not known which */
  step: string | null;
  count: number;
  /** The newest failure there. */
  lastAt: string | null;
}

/** @param failures newest first. @returns the place with most of them first */
export function placesOf(failures: readonly WorkflowListItem[]): Place[] {
  const places = new Map<string, Place>();
  for (const { env, serviceKey, workflowName, errorStepName: step, failedAt } of failures) {
    const key = JSON.stringify([env, serviceKey, workflowName, step]);
    const place = places.get(key);
    if (place !== undefined) place.count += 1;
    else places.set(key, { env, serviceKey, workflowName, step, count: 1, lastAt: failedAt });
  }
  return [...places.values()].toSorted((left, right) => right.count - left.count);
}
