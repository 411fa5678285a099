/**
 * What the store does between two drains, in memory: rows are written where the fold says that they changed, and of the
 * latest run only what the next events need is handed on, by the same rules as the queries of the store.
 */
import type { FoldEvent } from '@wm/events';
import { attemptKey, emptyWorkflow, foldEvents, runState, whatToLoad } from '@wm/projection';
import type { AttemptRow, RunState, WorkflowState } from '@wm/projection';

/** Every run of one workflow, whole, oldest first. */
export type StoredRuns = RunState[];

/** Loads what the events need, folds them, and writes what changed. */
export function drain(stored: StoredRuns, events: readonly FoldEvent[]): void {
  const latest = stored.at(-1);
  const loaded: WorkflowState = latest === undefined ? emptyWorkflow() : { runs: [load(latest, events)], firstRun: 1 };
  for (const run of foldEvents(loaded, events).runs) write(stored, run);
}

function load(whole: RunState, events: readonly FoldEvent[]): RunState {
  const needed = whatToLoad(whole.row, events);
  const attempts = new Set(needed.attempts.map((one) => attemptKey(one.stepName, one.attemptNumber)));
  const isOpen = (attempt: AttemptRow): boolean => needed.allOpen && attempt.result === 'running';
  const open = new Set([...whole.attempts.values()].filter(isOpen).map((one) => one.stepName));
  const rows = structuredClone({
    row: whole.row,
    steps: only(
      whole.steps,
      (step) => needed.allSteps || needed.stepNames.includes(step.stepName) || open.has(step.stepName),
    ),
    attempts: only(
      whole.attempts,
      (attempt, key) => attempts.has(key) || isOpen(attempt) || isCurrent(whole, needed.stepNames, attempt),
    ),
    sleeps: only(
      whole.sleeps,
      (sleep, id) => needed.sleeps.includes(id) || (needed.allOpen && sleep.endReason === null),
    ),
  });
  return runState(rows);
}

/** Whether it is the current attempt of a step that the events name. */
function isCurrent({ steps }: RunState, named: readonly string[], { stepName, attemptNumber }: AttemptRow): boolean {
  return named.includes(stepName) && steps.get(stepName)?.currentAttempt === attemptNumber;
}

function only<Row>(rows: Map<string, Row>, wanted: (row: Row, key: string) => boolean): Map<string, Row> {
  return new Map([...rows].filter(([key, row]) => wanted(row, key)));
}

function write(stored: StoredRuns, run: RunState): void {
  const { changed } = run;
  let target = stored.find((one) => one.row.run === run.row.run);
  if (target === undefined) {
    target = { ...runState({ row: run.row, steps: new Map(), attempts: new Map(), sleeps: new Map() }), changed };
    stored.push(target);
  }
  if (changed.row) target.row = structuredClone(run.row);
  copy(changed.steps, run.steps, target.steps);
  copy(changed.attempts, run.attempts, target.attempts);
  copy(changed.sleeps, run.sleeps, target.sleeps);
}

function copy<Row>(keys: Set<string>, from: Map<string, Row>, to: Map<string, Row>): void {
  for (const key of keys) {
    const row = from.get(key);
    if (row === undefined) throw new Error(`the fold names a changed row that it does not have: ${key}`);
    to.set(key, structuredClone(row));
  }
}
