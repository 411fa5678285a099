/** Folds a workflow again because an event came late or the rules changed, and finds out what that changes. */
import type { FoldEvent } from '@wm/events';
import type { RunState, WorkflowKey } from '@wm/projection';
import { compareRuns, previousRun, readRunBefore, refold } from '@wm/store';
import type { GoneRow, GoneRows, PreviousRun, Refold, RowDifference, StoredRun, Tx } from '@wm/store';

export interface RefoldedWorkflow {
  runs: { run: RunState; previous: PreviousRun | null; previousName: string | null }[];
  /** Stored runs that the log no longer makes, with what they had added to the rollups. */
  goneRuns: { workflowName: string; previous: PreviousRun }[];
  gone: GoneRows;
  taken: Refold['taken'];
}

/**
 * Folds from the run that the event falls into; from the first where the rows are of other rules.
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
  const sameRules = latest.projectionVersion === projectionVersion;
  const fromRun = sameRules ? await readRunBefore(tx, key, first) : 1;
  const { stored, folded, taken } = await refold(tx, key, fromRun, unprocessed);
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
