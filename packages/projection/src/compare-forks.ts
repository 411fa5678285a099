/** What one way of folding on makes of the rows that another does not. */
import type { Fork } from './fork.ts';
import type { AttemptRow, RunState, SleepRow, StepRow } from './state.ts';

/** Rows of one kind that two folds make unlike: key, and the row by either; undefined where one makes none. */
export type RowPairs<Row> = { key: string; before: Row | undefined; after: Row | undefined }[];

export interface UnlikeRows {
  steps: RowPairs<StepRow>;
  /** Steps that both make: of one that is not among `steps`, at most its place in the order of execution differs. */
  places: { before: StepRow; after: StepRow }[];
  attempts: RowPairs<AttemptRow>;
  sleeps: RowPairs<SleepRow>;
}

export interface Keys {
  steps: Iterable<string>;
  attempts: Iterable<string>;
  sleeps: Iterable<string>;
}

/** One run by two forks of one state: only rows that one of them changed, or `more`, are looked at. */
export function compareRun(before: RowsOfRun, after: RowsOfRun, more: Keys): UnlikeRows {
  const keys = (kind: keyof Keys): Set<string> =>
    new Set([...more[kind], ...before.changed[kind], ...after.changed[kind]]);
  const steps = pairs(keys('steps'), before.step, after.step);
  return {
    steps: steps.filter((pair) => differ(pair, 'executionOrder')),
    places: steps.flatMap(({ before: step, after: same }) => (step && same ? [{ before: step, after: same }] : [])),
    attempts: pairs(keys('attempts'), before.attempt, after.attempt).filter((pair) => differ(pair)),
    sleeps: pairs(keys('sleeps'), before.sleep, after.sleep).filter((pair) => differ(pair)),
  };
}

export interface RowsOfRun {
  changed: Keys;
  step: (key: string) => StepRow | undefined;
  attempt: (key: string) => AttemptRow | undefined;
  sleep: (key: string) => SleepRow | undefined;
}

/** The run that a fork went on with: rows that it did not touch are found as well. */
export function rowsOfFork(fork: Fork): RowsOfRun {
  return {
    changed: fork.runs[0]?.changed ?? NO_KEYS,
    step: (key) => fork.step(key),
    attempt: (key) => fork.attempt(key),
    sleep: (key) => fork.sleep(key),
  };
}

/** A run that is all there; undefined: that one of the two does not make. */
export function rowsOfRun(run: RunState | undefined): RowsOfRun {
  return {
    changed: run?.changed ?? NO_KEYS,
    step: (key) => run?.steps.get(key),
    attempt: (key) => run?.attempts.get(key),
    sleep: (key) => run?.sleeps.get(key),
  };
}

export const NO_KEYS: Keys = { steps: [], attempts: [], sleeps: [] };

function pairs<Row>(
  keys: ReadonlySet<string>,
  before: (key: string) => Row | undefined,
  after: (key: string) => Row | undefined,
): RowPairs<Row> {
  return [...keys].map((key) => ({ key, before: before(key), after: after(key) }));
}

/** Rows are flat, but for lists of numbers. */
function differ<Row extends object>(
  { before, after }: { before: Row | undefined; after: Row | undefined },
  but?: string,
): boolean {
  if (before === undefined || after === undefined) return before !== after;
  for (const field in before) {
    const left = before[field];
    const right = after[field];
    if (left === right || field === but) continue;
    if (!Array.isArray(left) || !Array.isArray(right) || JSON.stringify(left) !== JSON.stringify(right)) return true;
  }
  return false;
}
