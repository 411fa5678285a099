/** Compares expected rows with actual ones and tells every difference in one readable line. */
import type { AttemptRow, RunRow, RunState, SleepRow, StepRow } from '@wm/projection';
import type { ExpectedRun, ExpectedStep, ExpectedWorkflow } from './expectation.ts';

/** The rows of one run, from a fold or from the database: steps in execution order, attempts by number, sleeps by start. */
export interface ActualRun {
  row: RunRow;
  steps: { row: StepRow; attempts: AttemptRow[] }[];
  sleeps: SleepRow[];
}

/** Sorts the rows of a folded run. */
export function actualRun(state: RunState): ActualRun {
  const attempts = [...state.attempts.values()].sort((a, b) => a.attemptNumber - b.attemptNumber);
  return {
    row: state.row,
    steps: [...state.steps.values()]
      .sort((a, b) => a.executionOrder - b.executionOrder)
      .map((row) => ({ row, attempts: attempts.filter((attempt) => attempt.stepName === row.stepName) })),
    sleeps: [...state.sleeps.values()].sort(
      (a, b) => a.startedAt - b.startedAt || (a.startEventId < b.startEventId ? -1 : 1),
    ),
  };
}

/** @returns one line per difference; empty where the rows are the expected ones */
export function differences(expected: ExpectedWorkflow, actual: readonly ActualRun[]): string[] {
  const from = Date.parse(expected.firstEventAt);
  const found: string[] = [];
  compareLists(
    found,
    'runs',
    expected.runs,
    actual,
    (run) => `run ${run.row.run}`,
    (path, want, got) => {
      compareField(found, path, 'workflowName', expected.workflowName, got.row.workflowName);
      compareField(found, path, 'executionId', expected.executionId, got.row.executionId);
      compareField(found, path, 'completedStepCount', want.row.completedSteps.length, got.row.completedStepCount);
      compareRun(found, path, from, want, got);
    },
  );
  return found;
}

function compareRun(found: string[], path: string, from: number, want: ExpectedRun, got: ActualRun): void {
  const row = { ...got.row, gaps: [...got.row.gaps].sort() };
  compareRows(found, path, from, { ...want.row, gaps: [...want.row.gaps].sort() }, row);
  compareLists(found, `${path} › steps`, want.steps, got.steps, stepLabel, (stepPath, wantStep, gotStep) => {
    compareRows(found, stepPath, from, wantStep.row, gotStep.row);
    const list = `${stepPath} › attempts`;
    compareLists(
      found,
      list,
      wantStep.attempts,
      gotStep.attempts,
      (one) => `${one.attemptNumber}`,
      (at, wanted, have) => compareRows(found, at, from, wanted, have),
    );
  });
  compareLists(
    found,
    `${path} › sleeps`,
    want.sleeps,
    got.sleeps,
    (one) => `from ${one.startedAt}`,
    (at, wanted, have) => compareRows(found, at, from, wanted, have),
  );
}

function stepLabel(step: ExpectedStep | ActualRun['steps'][number]): string {
  return step.row.stepName;
}

/** Lists pair up by place: their order is part of what is expected. */
function compareLists<Want, Got>(
  found: string[],
  path: string,
  want: readonly Want[],
  got: readonly Got[],
  label: (item: Want | Got) => string,
  compareItems: (path: string, want: Want, got: Got) => void,
): void {
  if (want.length !== got.length) {
    found.push(`${path}: expected [${want.map(label).join(', ')}], got [${got.map(label).join(', ')}]`);
    return;
  }
  want.forEach((item, index) => compareItems(`${path} › ${label(item)}`, item, got[index]!));
}

/** Fields that hold a point in time: expected relative to the first event, actual since the epoch. */
const INSTANTS = new Set<string>([
  'resumeAt',
  'queuedAt',
  'startedAt',
  'endedAt',
  'completedAt',
  'failedAt',
  'cancelledAt',
  'nextRetryAt',
  'nextAttemptAt',
]);

function compareRows<Want extends object>(
  found: string[],
  path: string,
  from: number,
  want: Want,
  got: { [Field in keyof Want]: unknown },
): void {
  for (const field of Object.keys(want) as (keyof Want & string)[]) {
    const value: unknown = got[field];
    const relative = INSTANTS.has(field) && typeof value === 'number' ? value - from : value;
    compareField(found, path, field, want[field], relative);
  }
}

function compareField(found: string[], path: string, field: string, want: unknown, got: unknown): void {
  const [wanted, have] = [JSON.stringify(want), JSON.stringify(got)];
  if (wanted !== have) found.push(`${path} › ${field}: expected ${wanted}, got ${have}`);
}
