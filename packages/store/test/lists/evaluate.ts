/** What a list must hold, worked out in memory: a filter as a plain condition, an order as a plain sort. */
import {
  expectationKey,
  type ActiveState,
  type ActivityRules,
  type ListQuestion,
  type WorkflowFilter,
} from '../../src/read/index.ts';
import type { ListedRun } from './population.ts';

export function listed(runs: readonly ListedRun[], { filter, sort, direction }: ListQuestion): ListedRun[] {
  const sign = direction === 'desc' ? -1 : 1;
  const ordered = (a: number | string, b: number | string): number => (a === b ? 0 : a < b ? -sign : sign);
  const valueOf = (run: ListedRun): number | null => {
    switch (sort) {
      case 'started':
        return run.sortAt;
      case 'finished':
        return run.endedAt;
      case 'duration':
        return run.durationMs;
      case 'updated':
        return run.updatedAtUs;
      case 'retries':
        return run.retryCount;
      case 'id':
        return null;
    }
  };
  return runs
    .filter((run) => fits(run, filter))
    .toSorted((a, b) => {
      const [one, other] = [valueOf(a), valueOf(b)];
      if ((one === null) !== (other === null)) return one === null ? 1 : -1;
      const byValue = one === null || other === null ? 0 : ordered(one, other);
      // Where the value says nothing, or the same, for retries: by the start.
      const byStart = sort !== 'id' && (one === null || sort === 'retries') ? ordered(a.sortAt, b.sortAt) : 0;
      return byValue || byStart || ordered(a.id, b.id);
    });
}

function fits(run: ListedRun, filter: WorkflowFilter): boolean {
  const { scope, overdue, activity, search, errorText, step, hasRetries, hasGaps } = filter;
  const oneOf = <T>(values: readonly T[], value: T): boolean => values.length === 0 || values.includes(value);
  const equal = <T>(asked: T | null, value: T | null): boolean => asked === null || asked === value;
  return (
    equal(scope.env, run.env) &&
    equal(scope.serviceKey, run.serviceKey) &&
    oneOf(filter.envs, run.env) &&
    oneOf(filter.services, run.serviceKey) &&
    oneOf(filter.statuses, run.status) &&
    oneOf(filter.names, run.workflowName) &&
    within(run.sortAt, filter.since, filter.until === null ? null : filter.until - 1) &&
    within(run.endedAt, filter.finishedSince, filter.finishedUntil === null ? null : filter.finishedUntil - 1) &&
    within(run.durationMs, filter.minDurationMs, filter.maxDurationMs) &&
    (errorText === null || run.errorMessage?.toLowerCase().includes(errorText.toLowerCase()) === true) &&
    equal(filter.errorGroup, run.errorGroup) &&
    equal(filter.errorStep, run.errorStep) &&
    (step === null || run.steps.includes(step)) &&
    filter.tags.every(({ path, value }) => tagOf(run.input, path) === value) &&
    equal(hasRetries, run.retryCount > 0) &&
    equal(hasGaps, run.gaps.length > 0) &&
    (overdue === null || overdue.is === isOverdue(run)) &&
    (activity === null || activity.states.some((state) => state === stateOf(run, activity.rules))) &&
    (search === null || hasId(run, search.text)) &&
    (filter.runs === 'all' || run.latest)
  );
}

function isOverdue({ status, gaps, resumes }: ListedRun): boolean {
  return status === 'paused' && !gaps.includes('end') && (resumes === 'hour ago' || resumes === 'minutes ago');
}

/** Of rules by which an hour is too late and minutes are not; a run that runs has said nothing for long. */
function stateOf(run: ListedRun, { expectations }: ActivityRules): ActiveState | null {
  if (run.gaps.includes('end')) return null;
  if (run.status === 'paused') {
    return run.resumes === 'hour ago' ? 'stuck' : run.resumes === 'minutes ago' ? 'overdue' : 'scheduled';
  }
  if (run.status !== 'running') return null;
  const of = (step: string) => expectations[expectationKey(run.env, run.serviceKey, run.workflowName, step)];
  const usual = (run.currentStep === null ? undefined : of(run.currentStep)) ?? of('');
  return usual !== undefined && usual <= 1_000 ? 'stuck' : 'active';
}

function within(value: number | null, from: number | null, to: number | null): boolean {
  if (from === null && to === null) return true;
  return value !== null && value >= (from ?? -Infinity) && value <= (to ?? Infinity);
}

function tagOf(input: unknown, path: readonly string[]): string | undefined {
  let value = input;
  for (const part of path) value = (value as Record<string, unknown> | null | undefined)?.[part];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function hasId(run: ListedRun, text: string): boolean {
  const event = text.replaceAll('-', '').toLowerCase();
  return (
    run.workflowId.startsWith(text) ||
    run.executionId?.startsWith(text) === true ||
    (event.length >= 12 && run.eventId.replaceAll('-', '').startsWith(event))
  );
}
