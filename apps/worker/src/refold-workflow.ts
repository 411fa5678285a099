/** Folds a workflow again because an event came late or the rules changed, and finds out what that changes. */
import { isDeepStrictEqual } from 'node:util';
import type { FoldEvent } from '@wm/events';
import {
  attemptRowId,
  runContribution,
  runState,
  sleepRowId,
  stepContribution,
  stepRowId,
  workflowRowId,
} from '@wm/projection';
import type { RowPairs, RunPair, RunRow, RunState, StepRow, WorkflowKey } from '@wm/projection';
import { compareRuns, nothingGone, previousRun, readRunBefore, refold, refoldLate } from '@wm/store';
import type { GoneRow, GoneRows, MovedSteps, PreviousRun, Refold, RowDifference, StoredRun, Tx } from '@wm/store';

export interface RefoldedWorkflow {
  /** With the rows to write; with all steps where the run has another name than before. */
  runs: { run: RunState; previous: PreviousRun | null; previousName: string | null }[];
  /** Stored runs that the log no longer makes, with what they had added to the rollups. */
  goneRuns: { workflowName: string; previous: PreviousRun }[];
  gone: GoneRows;
  /** Steps of which the place in the order of execution changes. */
  moved: MovedSteps[];
  taken: Refold['taken'];
}

/**
 * Folds from the run that the event falls into; the whole workflow, compared with all its rows, where those are of other
 * rules.
 *
 * @param latest the newest stored run
 * @param first the earliest event that is to be folded
 */
export async function refoldWorkflow(
  tx: Tx,
  latest: StoredRun,
  first: FoldEvent,
  unprocessed: 'all' | readonly string[],
  projectionVersion: number,
): Promise<RefoldedWorkflow> {
  const { key } = latest;
  if (latest.projectionVersion !== projectionVersion) return refoldWhole(tx, key, unprocessed, projectionVersion);
  const { pairs, taken } = await refoldLate(tx, key, await readRunBefore(tx, key, first), unprocessed);
  const gone = nothingGone();
  const refolded: RefoldedWorkflow = { runs: [], goneRuns: [], gone, moved: [], taken };
  for (const pair of pairs) {
    const { before, after } = pair;
    if (after === undefined) {
      const { workflowName } = before!.row;
      refolded.goneRuns.push({ workflowName, previous: previousOf(before!.row, before!.steps.values()) });
      refolded.gone.workflows.push({ id: workflowRowId(key, pair.run), of: key });
    } else if (before === undefined) {
      refolded.runs.push({ run: after, previous: null, previousName: null });
    } else {
      const run = toWrite(pair, before, after);
      if (run !== null) refolded.runs.push(run);
      const moved = movedSteps(key, pair);
      if (moved !== null) refolded.moved.push(moved);
    }
    addGone(refolded.gone, key, pair);
  }
  return refolded;
}

function toWrite(pair: RunPair, before: RunState, after: RunState): RefoldedWorkflow['runs'][number] | null {
  const changed = {
    row: !isDeepStrictEqual(before.row, after.row),
    steps: keysOf(pair.steps),
    attempts: keysOf(pair.attempts),
    sleeps: keysOf(pair.sleeps),
  };
  if (!changed.row && changed.steps.size + changed.attempts.size + changed.sleeps.size === 0) return null;
  const previousName = before.row.workflowName;
  // Every count of a run stands under its name.
  const isRenamed = previousName !== after.row.workflowName;
  const steps = isRenamed
    ? pair.allSteps()
    : { before: rowsOf(pair.steps, 'before'), after: rowsOf(pair.steps, 'after') };
  const written = runState({
    row: after.row,
    steps: new Map(steps.after.map((step) => [step.stepName, step])),
    attempts: byKey(pair.attempts),
    sleeps: byKey(pair.sleeps),
  });
  return { run: { ...written, changed }, previous: previousOf(before.row, steps.before), previousName };
}

function rowsOf<Row>(pairs: RowPairs<Row>, which: 'before' | 'after'): Row[] {
  return pairs.flatMap(({ [which]: row }) => row ?? []);
}

function byKey<Row>(pairs: RowPairs<Row>): Map<string, Row> {
  return new Map(pairs.flatMap(({ key, after }) => (after === undefined ? [] : [[key, after]])));
}

function keysOf<Row>(pairs: RowPairs<Row>): Set<string> {
  return new Set(pairs.flatMap(({ key, after }) => (after === undefined ? [] : [key])));
}

function previousOf(row: RunRow, steps: Iterable<StepRow>): PreviousRun {
  const { inputEvent, outputEvent } = row.foldState;
  return {
    contribution: runContribution(row),
    inputEvent,
    outputEvent,
    steps: new Map(
      [...steps].map((step) => [
        step.stepName,
        { contribution: stepContribution(step), resultEventId: step.resultEventId },
      ]),
    ),
  };
}

function movedSteps(key: WorkflowKey, { run, places }: RunPair): MovedSteps | null {
  const moved: MovedSteps = { key, run, from: [], by: [] };
  for (const { before, after } of places.toSorted((a, b) => a.before.executionOrder - b.before.executionOrder)) {
    const by = after.executionOrder - before.executionOrder;
    if (by === (moved.by.at(-1) ?? 0)) continue;
    moved.from.push(before.executionOrder);
    moved.by.push(by);
  }
  return moved.from.length === 0 ? null : moved;
}

function addGone(gone: GoneRows, key: WorkflowKey, { run, steps, attempts, sleeps }: RunPair): void {
  const rows = <Row>(pairs: RowPairs<Row>, idOf: (row: Row) => string): GoneRow[] =>
    pairs.flatMap(({ before, after }) =>
      before === undefined || after !== undefined ? [] : [{ id: idOf(before), of: key }],
    );
  gone.steps.push(...rows(steps, ({ stepName }) => stepRowId(key, run, stepName)));
  gone.attempts.push(
    ...rows(attempts, ({ stepName, attemptNumber }) => attemptRowId(key, run, stepName, attemptNumber)),
  );
  gone.sleeps.push(...rows(sleeps, ({ startEventId }) => sleepRowId(key, run, startEventId)));
}

async function refoldWhole(
  tx: Tx,
  key: WorkflowKey,
  unprocessed: 'all' | readonly string[],
  projectionVersion: number,
): Promise<RefoldedWorkflow> {
  const { stored, folded, taken } = await refold(tx, key, unprocessed);
  const differences = compareRuns(key, stored, folded, projectionVersion);
  const storedByRun = new Map(stored.map((whole) => [whole.run, whole]));
  const foldedRuns = new Set(folded.map(({ row }) => row.run));
  for (const run of folded) setChanged(run, differences);
  return {
    runs: folded.map((run) => {
      const whole = storedByRun.get(run.row.run);
      if (whole?.stored == null) return { run, previous: null, previousName: null };
      const previous = previousRun(whole.stored, whole.parts.steps);
      return { run, previous, previousName: whole.stored.row.workflowName };
    }),
    goneRuns: stored.flatMap(({ run, stored: row, parts }) =>
      row === null || foldedRuns.has(run)
        ? []
        : [{ workflowName: row.row.workflowName, previous: previousRun(row, parts.steps) }],
    ),
    gone: goneRows(key, differences),
    moved: [],
    taken,
  };
}

/** Only what differs from the stored rows is written; the fold itself made every row anew. */
export function setChanged(run: RunState, differences: readonly RowDifference[]): void {
  const own = differences.filter((difference) => difference.run === run.row.run && difference.problem !== 'surplus');
  const names = (kind: RowDifference['kind']): Set<string> =>
    new Set(own.filter((difference) => difference.kind === kind).map(({ name }) => name));
  run.changed = {
    row: names('workflow').size > 0,
    steps: names('step'),
    attempts: names('attempt'),
    sleeps: names('sleep'),
  };
}

export function goneRows(key: WorkflowKey, differences: readonly RowDifference[]): GoneRows {
  const rows = (kind: RowDifference['kind']): GoneRow[] =>
    differences.filter((one) => one.kind === kind && one.problem === 'surplus').map(({ id }) => ({ id, of: key }));
  return {
    workflows: rows('workflow'),
    steps: rows('step'),
    attempts: rows('attempt'),
    sleeps: rows('sleep'),
    freedRunIds: [],
  };
}
