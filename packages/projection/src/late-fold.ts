/**
 * Folds the events of a workflow in two ways at once: without those that came late, which gives the rows as they are
 * stored, and with them. Where the two go the same way events are folded once for both.
 *
 * They go apart at a late event. They are one way again when they differ in nothing that the next events read: in
 * counters, and in rows that none of them touches. Of a run of 100,000 events with one late event near its start,
 * folding both to the end took twice as long.
 */
import { isDeepStrictEqual } from 'node:util';
import type { FoldEvent } from '@wm/events';
import { compareRun, NO_KEYS, rowsOfFork, rowsOfRun } from './compare-forks.ts';
import type { UnlikeRows } from './compare-forks.ts';
import { emptyWorkflow, foldEvents } from './fold.ts';
import { Fork } from './fork.ts';
import type { Unlike } from './fork.ts';
import { isEnded, LISTED_WHILE_RUNNING } from './run-parts.ts';
import type { RunRow, RunState, StepRow, WorkflowState } from './state.ts';

export interface LateFoldEvent {
  event: FoldEvent;
  isLate: boolean;
}

export interface RunPair extends UnlikeRows {
  run: number;
  before: RunState | undefined;
  after: RunState | undefined;
  /** Every step of the run, by either way; else `before` and `after` hold only what the events touched. */
  allSteps(): { before: StepRow[]; after: StepRow[] };
}

/** The two ways as they stood when they became one. */
interface Joined {
  /** What the way without late events had otherwise. */
  unlike: Unlike;
  /** The run's row by the way with them. */
  after: RunRow;
}

/** Events that are folded together: where one of them is late, they are folded twice. */
const PIECE = 100;

export class LateFold {
  /** The way with late events, as far as the two went the same way. */
  readonly #shared: WorkflowState;
  #joined: Joined | null = null;
  #apart: { before: Fork; after: Fork } | null = null;
  /** Step names that the next events must not touch if they are to be folded once. */
  #unlikeNames = new Set<string>();

  constructor(firstRun: number) {
    this.#shared = emptyWorkflow(firstRun);
  }

  /** @param events the next in order */
  fold(events: readonly LateFoldEvent[]): void {
    for (let from = 0; from < events.length; from += PIECE) this.#foldPiece(events.slice(from, from + PIECE));
  }

  /** What differs, run by run. */
  pairs(): RunPair[] {
    if (this.#apart === null && this.#joined === null) return [];
    const { before, after } = this.#apart ?? this.#split();
    const byRun = new Map<number, { one?: RunState; other?: RunState }>();
    for (const run of before.runs) byRun.set(run.row.run, { one: run });
    for (const run of after.runs) byRun.set(run.row.run, { ...byRun.get(run.row.run), other: run });
    return [...byRun].map(([run, { one, other }], index) => ({
      run,
      before: one,
      after: other,
      ...(index === 0 ? this.#compare(before, after) : compareRun(rowsOfRun(one), rowsOfRun(other), NO_KEYS)),
      allSteps: () => ({
        before: index === 0 ? this.#allSteps(before) : [...(one?.steps.values() ?? [])],
        after: index === 0 ? this.#allSteps(after) : [...(other?.steps.values() ?? [])],
      }),
    }));
  }

  #foldPiece(piece: readonly LateFoldEvent[]): void {
    const events = piece.map(({ event }) => event);
    const anyLate = piece.some(({ isLate }) => isLate);
    if (this.#apart === null && !anyLate && (this.#joined === null || this.#touchesOnlyAlike(events))) {
      foldEvents(this.#shared, events);
      return;
    }
    this.#apart ??= this.#split();
    this.#apart.before.fold(anyLate ? piece.flatMap(({ event, isLate }) => (isLate ? [] : [event])) : events);
    this.#apart.after.fold(events);
    this.#joinIfAlike(this.#apart.before, this.#apart.after);
  }

  #split(): { before: Fork; after: Fork } {
    const run = this.#shared.runs.at(-1);
    const unlike =
      this.#joined === null || run === undefined
        ? null
        : { ...this.#joined.unlike, row: rowBefore(run.row, this.#joined) };
    return { before: new Fork(this.#shared, unlike), after: new Fork(this.#shared) };
  }

  #touchesOnlyAlike(events: readonly FoldEvent[]): boolean {
    return events.every((event) => {
      if (!GOES_ON.has(event.type)) return false;
      const stepName = event.type !== 'unknown' && 'stepName' in event.body ? event.body.stepName : undefined;
      return stepName === undefined || !this.#unlikeNames.has(stepName);
    });
  }

  #compare(before: Fork, after: Fork): UnlikeRows {
    const { steps, attempts, sleeps } = this.#joined?.unlike ?? {};
    const more = { steps: steps?.keys() ?? [], attempts: attempts?.keys() ?? [], sleeps: sleeps?.keys() ?? [] };
    return compareRun(rowsOfFork(before), rowsOfFork(after), more);
  }

  #allSteps(fork: Fork): StepRow[] {
    const shared = this.#shared.runs.at(-1)?.steps.keys() ?? [];
    const names = new Set([...shared, ...(this.#joined?.unlike.steps.keys() ?? []), ...fork.runs[0]!.steps.keys()]);
    return [...names].flatMap((name) => fork.step(name) ?? []);
  }

  #joinIfAlike(before: Fork, after: Fork): void {
    const [one, ...oneMore] = before.runs;
    const [other, ...otherMore] = after.runs;
    if (one === undefined || other === undefined || oneMore.length + otherMore.length > 0) return;
    if (!goOnAlike(one, other)) return;
    const { steps, places, attempts, sleeps } = this.#compare(before, after);
    const moved = places.flatMap((pair) =>
      pair.before.executionOrder === pair.after.executionOrder ? [] : [{ key: pair.before.stepName, ...pair }],
    );
    const names = new Set([...steps, ...moved].map(({ key }) => key));
    for (const { before: row, after: same } of attempts) names.add((row ?? same)!.stepName);
    for (const { stepName } of other.open.attempts.values()) if (names.has(stepName)) return;
    const rows = <Row>(pairs: { key: string; before: Row | undefined }[]): Map<string, Row | undefined> =>
      new Map(pairs.map(({ key, before: row }) => [key, row]));
    this.#unlikeNames = names;
    this.#joined = {
      unlike: { row: one.row, steps: rows([...steps, ...moved]), attempts: rows(attempts), sleeps: rows(sleeps) },
      after: { ...other.row },
    };
    this.#apart = null;
    takeOver(this.#shared, other);
  }
}

/** Types of events that begin and end nothing: of the run's row they read only what must be the same, and counters grow by them. */
const GOES_ON: ReadonlySet<FoldEvent['type']> = new Set([
  'workflow.paused',
  'workflow.resumed',
  'step.started',
  'step.completed',
  'step.failed',
  'retry.scheduled',
  'retry.exhausted',
  'sleep.started',
  'sleep.completed',
  'timeout.set',
  'timeout.exceeded',
  'unknown',
]);

/** Fields of a run's row that events only add to. */
const COUNTERS = [
  'eventCount',
  'completedStepCount',
  'totalStepsExecuted',
  'retryCount',
  'sleepingMs',
  'retryWaitMs',
] as const satisfies readonly (keyof RunRow)[];

/** Whether events that go on would do the same to both, but for rows of steps and attempts in which they differ. */
function goOnAlike(one: RunState, other: RunState): boolean {
  if (isEnded(one.row.status) || one.row.foldState.pendingResumes !== null) return false;
  const lists = [one.row.completedSteps, other.row.completedSteps] as const;
  if (!isDeepStrictEqual(...lists) && lists.some(({ length }) => length < LISTED_WHILE_RUNNING)) return false;
  // The row names what is open, but not where that is very much.
  const open = ({ open: { attempts, sleeps } }: RunState): string[][] => [[...attempts.keys()], [...sleeps.keys()]];
  return (
    isDeepStrictEqual(open(one), open(other)) && isDeepStrictEqual(withoutCounters(one.row), withoutCounters(other.row))
  );
}

function withoutCounters(row: RunRow): Partial<RunRow> {
  const counters = Object.fromEntries(COUNTERS.map((field) => [field, 0]));
  return { ...row, ...counters, completedSteps: [], lastEvent: row.firstEvent };
}

/** The row without the late events, from the one with them after events that both took. */
function rowBefore(now: RunRow, { unlike: { row: before }, after }: Joined): RunRow {
  const row = { ...now };
  for (const field of COUNTERS) row[field] += before[field] - after[field];
  if (!isDeepStrictEqual(before.completedSteps, after.completedSteps)) row.completedSteps = before.completedSteps;
  if (now.eventCount === after.eventCount) row.lastEvent = before.lastEvent;
  return row;
}

/** The state goes on as a fork of its last run did. */
function takeOver(state: WorkflowState, forked: RunState): void {
  const run = state.runs.at(-1);
  if (run === undefined) {
    state.runs.push(forked);
    return;
  }
  for (const [key, row] of forked.steps) run.steps.set(key, row);
  for (const [key, row] of forked.attempts) run.attempts.set(key, row);
  for (const [key, row] of forked.sleeps) run.sleeps.set(key, row);
  run.row = forked.row;
  run.open = forked.open;
}
