/** Folding on from a state in two ways, and what one way makes of the rows that the other does not. */
import type { FoldEvent } from '@wm/events';
import { foldEvents, emptyWorkflow } from './fold.ts';
import { attemptKey, runState } from './state.ts';
import type { AttemptRow, RunState, SleepRow, StepRow, WorkflowState } from './state.ts';
import { whatToLoad } from './what-to-load.ts';

/**
 * A state that is folded on while the one it came from stays as it is. Of a long run it copies only what its events touch.
 */
export class Fork {
  readonly #from: RunState | undefined;
  #state: WorkflowState;

  /** @param from the state to go on from; it must not change any more */
  constructor(from: WorkflowState) {
    this.#from = from.runs.at(-1);
    this.#state = emptyWorkflow(this.#from === undefined ? from.firstRun : this.#from.row.run);
    if (this.#from !== undefined) {
      const { row, open } = this.#from;
      const run = runState({
        row: { ...row, foldState: structuredClone(row.foldState) },
        steps: new Map(),
        attempts: copies(open.attempts, [...open.attempts.keys()]),
        sleeps: copies(open.sleeps, [...open.sleeps.keys()]),
      });
      this.#state.runs.push(run);
      for (const { stepName } of open.attempts.values()) this.#copyStep(run, this.#from, stepName);
    }
  }

  /** @param events all after those folded before */
  fold(events: readonly FoldEvent[]): void {
    const run = this.#state.runs[0];
    if (this.#from !== undefined && run !== undefined) this.#copyWhatIsNeeded(run, this.#from, events);
    this.#state = foldEvents(this.#state, events);
  }

  /**
   * The last run of the state that it came from, with the rows that the events touched or might have, and those begun
   * since, whole. `changed` tells which rows are others than in that state.
   */
  get runs(): readonly RunState[] {
    return this.#state.runs;
  }

  #copyWhatIsNeeded(run: RunState, from: RunState, events: readonly FoldEvent[]): void {
    const needed = whatToLoad(run.row, events);
    for (const stepName of needed.allSteps ? from.steps.keys() : needed.stepNames) this.#copyStep(run, from, stepName);
    for (const { stepName, attemptNumber } of needed.attempts)
      copyInto(run.attempts, from.attempts, attemptKey(stepName, attemptNumber));
  }

  #copyStep(run: RunState, from: RunState, stepName: string): void {
    copyInto(run.steps, from.steps, stepName);
    const current = from.steps.get(stepName)?.currentAttempt;
    if (current !== undefined) copyInto(run.attempts, from.attempts, attemptKey(stepName, current));
  }
}

function copies<Row extends object>(rows: ReadonlyMap<string, Row>, keys: readonly string[]): Map<string, Row> {
  const copied = new Map<string, Row>();
  for (const key of keys) copyInto(copied, rows, key);
  return copied;
}

/** A row's own copy, where it has none yet. No handler changes what a row refers to, so that a shallow one does. */
function copyInto<Row extends object>(into: Map<string, Row>, from: ReadonlyMap<string, Row>, key: string): void {
  const row = into.has(key) ? undefined : from.get(key);
  if (row !== undefined) into.set(key, { ...row });
}

/** Rows of one kind that two folds make unlike: key, and the row by either; undefined where one makes none. */
export type RowPairs<Row> = { key: string; before: Row | undefined; after: Row | undefined }[];

export interface RunPair {
  run: number;
  before: RunState | undefined;
  after: RunState | undefined;
  steps: RowPairs<StepRow>;
  /** Steps that both make: of one that is not among `steps`, at most its place in the order of execution differs. */
  places: { before: StepRow; after: StepRow }[];
  attempts: RowPairs<AttemptRow>;
  sleeps: RowPairs<SleepRow>;
}

/**
 * Compares two forks of one state, run by run: only rows that one of them changed are looked at.
 *
 * @param from the state that both came from
 */
export function compareForks(from: WorkflowState, before: Fork, after: Fork): RunPair[] {
  const forked = from.runs.at(-1);
  const byRun = new Map<number, { before?: RunState; after?: RunState }>();
  for (const run of before.runs) byRun.set(run.row.run, { before: run });
  for (const run of after.runs) byRun.set(run.row.run, { ...byRun.get(run.row.run), after: run });
  return [...byRun].map(([run, { before: one, after: other }]) => {
    const base = forked?.row.run === run ? forked : undefined;
    const layers = { before: [one, base], after: [other, base] } as const;
    const changed = (kind: 'steps' | 'attempts' | 'sleeps'): Set<string> =>
      new Set([...(one?.changed[kind] ?? []), ...(other?.changed[kind] ?? [])]);
    const steps = rowPairs(changed('steps'), layers, (state) => state.steps);
    return {
      run,
      before: one,
      after: other,
      steps: steps.filter((pair) => differ(pair, 'executionOrder')),
      places: steps.flatMap(({ before: step, after: same }) => (step && same ? [{ before: step, after: same }] : [])),
      attempts: rowPairs(changed('attempts'), layers, (state) => state.attempts).filter((pair) => differ(pair)),
      sleeps: rowPairs(changed('sleeps'), layers, (state) => state.sleeps).filter((pair) => differ(pair)),
    };
  });
}

/** A fork, and what it came from: it holds the rows that the fork never touched. */
type Layers = readonly [RunState | undefined, RunState | undefined];

function rowPairs<Row>(
  keys: ReadonlySet<string>,
  layers: { before: Layers; after: Layers },
  rowsOf: (state: RunState) => ReadonlyMap<string, Row>,
): RowPairs<Row> {
  const find = ([fork, base]: Layers, key: string): Row | undefined =>
    (fork && rowsOf(fork).get(key)) ?? (fork && base && rowsOf(base).get(key));
  return [...keys].map((key) => ({ key, before: find(layers.before, key), after: find(layers.after, key) }));
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
