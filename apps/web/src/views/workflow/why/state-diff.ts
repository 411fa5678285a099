/** What one event changed in the state of a run. Pure. */
import type { StepState, WorkflowState } from '@wm/client';

export interface FieldThen {
  field: ShownField;
  value: unknown;
  before: unknown;
  changed: boolean;
}

const SHOWN_FIELDS = [
  'status',
  'pauseReason',
  'resumeAt',
  'currentStep',
  'runningSteps',
  'completedStepCount',
  'totalStepsExecuted',
  'retryCount',
  'queuedAt',
  'startedAt',
  'completedAt',
  'failedAt',
  'cancelledAt',
  'durationMs',
  'sleepingMs',
  'retryWaitMs',
  'errorMessage',
  'errorStepName',
  'errorAttempt',
  'cancelReason',
  'hasInput',
  'hasOutput',
  'gaps',
  'anomalies',
] as const satisfies readonly (keyof WorkflowState)[];

export type ShownField = (typeof SHOWN_FIELDS)[number];

/** Where a field is that says of itself only whether there is something. */
export const PROVED_BY: Partial<Record<ShownField, string>> = { hasInput: 'input', hasOutput: 'output' };

type Then = Pick<WorkflowState, ShownField>;

/** @param before null: nothing was known yet; undefined: it is not known what was known */
export function fieldsThen(state: Then, before: Then | null | undefined): FieldThen[] {
  return SHOWN_FIELDS.map((field) => {
    const value = state[field];
    const was = before === undefined ? value : before === null ? nothingLike(value) : before[field];
    return { field, value, before: was, changed: !same(value, was) };
  }).filter(({ value, changed }) => changed || !isNothing(value));
}

function nothingLike(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value === 'number') return 0;
  return typeof value === 'boolean' ? false : null;
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export interface StepThen {
  step: StepState;
  before: StepState | null;
  changed: boolean;
}

/** In order of first sight. */
export function stepsThen(steps: readonly StepState[], before: readonly StepState[] | undefined): StepThen[] {
  const was = new Map((before ?? []).map((step) => [step.stepName, step]));
  return steps.map((step) => {
    const old = was.get(step.stepName) ?? null;
    return { step, before: old, changed: before !== undefined && (old === null || !sameStep(step, old)) };
  });
}

const COMPARED = [
  'status',
  'currentAttempt',
  'retryCount',
  'errorMessage',
  'nextRetryAt',
  'timeoutDeadline',
  'completedAt',
] as const;

function sameStep(a: StepState, b: StepState): boolean {
  return COMPARED.every((field) => a[field] === b[field]) && a.attempts.length === b.attempts.length;
}
