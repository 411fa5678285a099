/** Which changed runs somebody wants to hear of. */
import { covers, type ActiveState, type ChangedRun, type Look, type WorkflowFilter } from '@wm/store';
import { activityState } from '../active/activity.ts';
import type { Changes } from './change-feed.ts';

/** As lists are filtered; without what is usual, which is another from minute to minute. */
export interface StreamFilter extends Omit<WorkflowFilter, 'activity'> {
  /** Any of these; empty: no limit. */
  activity: readonly ActiveState[];
}

/** What must be looked up to judge by a filter: it does not stand in a run's row as it is told. */
export function looksOf({ step, tags, errorText }: StreamFilter): Look[] {
  return [
    ...(step === null ? [] : [{ step }]),
    ...tags.map((tag) => ({ tag })),
    ...(errorText === null ? [] : [{ errorText }]),
  ];
}

export function lookKey(look: Look): string {
  return JSON.stringify(look);
}

/**
 * match: as a list with this filter would show it; left: such a list may have shown it, and would not any more; null:
 * it is none of theirs.
 *
 * @param changes with everything looked up that the filter needs
 */
export function judge(filter: StreamFilter, run: ChangedRun, changes: Changes): 'match' | 'left' | null {
  const { scope, envs, services, names, search } = filter;
  const isTheirs =
    covers(scope, run) &&
    isIn(envs, run.env) &&
    isIn(services, run.serviceKey) &&
    isIn(names, run.workflowName) &&
    (search === null || isFound(search, run));
  if (!isTheirs) return null;
  return isShown(filter, run, changes) ? 'match' : 'left';
}

function isShown(filter: StreamFilter, run: ChangedRun, { asOf, expectations, found }: Changes): boolean {
  const { activity, overdue, hasRetries, hasGaps, errorGroup, errorStep } = filter;
  const ended = run.completedAt ?? run.failedAt ?? run.cancelledAt;
  return (
    isIn(filter.statuses, run.status) &&
    (filter.runs === 'all' || run.latest) &&
    isWithin(run.sortAt.getTime(), filter.since, before(filter.until)) &&
    isWithin(ended?.getTime() ?? null, filter.finishedSince, before(filter.finishedUntil)) &&
    isWithin(run.durationMs, filter.minDurationMs, filter.maxDurationMs) &&
    (hasRetries === null || hasRetries === run.retryCount > 0) &&
    (hasGaps === null || hasGaps === run.gaps.length > 0) &&
    (errorGroup === null || errorGroup === run.errorGroup) &&
    (errorStep === null || errorStep === run.errorStepName) &&
    (overdue === null || overdue.is === isOverdue(run, asOf, overdue.graceMs)) &&
    (activity.length === 0 || activity.some((state) => state === activityState(run, asOf, expectations))) &&
    looksOf(filter).every((look) => found.get(lookKey(look))?.has(run.id) === true)
  );
}

function isIn<T>(values: readonly T[], value: T): boolean {
  return values.length === 0 || values.includes(value);
}

function isFound({ text, runsOfEvents }: NonNullable<WorkflowFilter['search']>, run: ChangedRun): boolean {
  return run.workflowId.startsWith(text) || run.executionId?.startsWith(text) === true || runsOfEvents.includes(run.id);
}

/** Of whole milliseconds. */
function before(until: number | null): number | null {
  return until === null ? null : until - 1;
}

/** Both bounds included; what has no value lies within no bounds. */
function isWithin(value: number | null, from: number | null, to: number | null): boolean {
  if (from === null && to === null) return true;
  return value !== null && value >= (from ?? -Infinity) && value <= (to ?? Infinity);
}

function isOverdue({ status, gaps, resumeAt }: ChangedRun, now: Date, graceMs: number): boolean {
  if (status !== 'paused' || gaps.includes('end') || resumeAt === null) return false;
  return now.getTime() - resumeAt.getTime() > graceMs;
}
