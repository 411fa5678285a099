/** Folds one workflow again from its whole log and mends what is stored of it, in one transaction. */
import type { Position } from '@wm/events';
import type { Contribution, RunState, WorkflowKey } from '@wm/projection';
import {
  claimRebuild,
  compareRuns,
  compareValues,
  finishRebuild,
  inTransaction,
  isLogIncomplete,
  lockWorkflow,
  pinPlans,
  postponeRebuild,
  refold,
} from '@wm/store';
import type {
  GoneRows,
  PreviousRun,
  RebuildRequest,
  Refold,
  RowDifference,
  ServiceArrival,
  Tx,
  ValueDifference,
} from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { assertVersion, VersionMismatch } from './drain-transaction.ts';
import { FoldedBatch } from './folded-batch.ts';
import { goneRows, setChanged } from './refold-workflow.ts';
import type { RefoldedWorkflow } from './refold-workflow.ts';
import { writeBatch } from './write-batch.ts';

export type RebuiltWorkflow = { key: WorkflowKey } & (
  | { outcome: 'rebuilt'; /** Rows that differed. */ rows: number }
  /** The log no longer has all that the rows were folded from, so they were left as they are. */
  | { outcome: 'left' }
  /** Its request stays and is tried again later. */
  | { outcome: 'failed'; error: unknown }
);

/**
 * Takes the next requested workflow behind `after` and rebuilds it: under its lock, only what differs is written, and the
 * request goes with the same commit. Whoever reads sees the rows before or after; a drain waits for one workflow at most.
 *
 * @param slot of the rollups
 * @returns null where no request is due
 * @throws VersionMismatch, or the database's error; nothing has changed then
 */
export async function rebuildNext(
  context: DrainContext,
  slot: number,
  after: WorkflowKey | null,
): Promise<RebuiltWorkflow | null> {
  let request: RebuildRequest | null = null;
  try {
    const { rebuilt, arrivals } = await inTransaction(context.sql, async (tx) => {
      const [target, claimed] = await Promise.all([pinPlans(tx), claimRebuild(tx, after), commitLate(tx)]);
      assertVersion(context, target);
      request = claimed;
      if (request === null) return { rebuilt: null, arrivals: [] };
      await lockWorkflow(tx, request.key, context.limits.lockTimeoutMs);
      const done = await rebuildLocked(tx, context, request, slot);
      await finishRebuild(tx, request.key);
      return done;
    });
    context.services.remember(arrivals);
    if (rebuilt !== null) context.announcer.changed();
    return rebuilt;
  } catch (error) {
    // The callback has set it, which the compiler does not see.
    const claimed = request as RebuildRequest | null;
    if (claimed === null || error instanceof VersionMismatch) throw error;
    await postponeRebuild(context.sql, claimed.key, error instanceof Error ? error.message : String(error));
    return { key: claimed.key, outcome: 'failed', error };
  }
}

/** Nobody waits for this commit, and what a crash of the server takes back comes back with its request. */
async function commitLate(tx: Tx): Promise<void> {
  await tx`SELECT set_config('synchronous_commit', 'off', true)`;
}

async function rebuildLocked(
  tx: Tx,
  context: DrainContext,
  { key, incomplete }: RebuildRequest,
  slot: number,
): Promise<{ rebuilt: RebuiltWorkflow; arrivals: ServiceArrival[] }> {
  const { projectionVersion } = context;
  const refolded = await refold(tx, key, 'all');
  if (!incomplete && (await isLogIncomplete(tx, refolded))) return { rebuilt: { key, outcome: 'left' }, arrivals: [] };
  const values = await compareValues(tx, key, refolded.folded);
  const differences = compareRuns(key, refolded.stored, refolded.folded, projectionVersion);
  const arrivals = arrivalsOf(context, key, refolded);
  if (differences.length + values.length + refolded.taken.length > 0) {
    const batch = new FoldedBatch(false);
    batch.addRefold(key, whatToWrite(key, refolded, differences, values));
    await writeBatch(tx, batch, { keys: [key], arrivals, projectionVersion, slot, sweeping: false });
  }
  const rows = new Set([...differences, ...values].map(({ kind, run, name }) => `${kind} ${run} ${name}`));
  return { rebuilt: { key, outcome: 'rebuilt', rows: rows.size }, arrivals };
}

/** Events that no drain came to first must be seen as arrivals here: a new service is listed by them. */
function arrivalsOf({ services }: DrainContext, key: WorkflowKey, { taken }: Refold): ServiceArrival[] {
  const receivedAt = Date.now();
  const due = services.due(taken.map(({ at, id }) => ({ key, at, id, receivedAt, event: null })));
  return due.map((arrival) => ({ ...arrival, lastDelayMs: null }));
}

/** Stands for "another event than the right one": a value is written where it is stored as the one before. */
const ANOTHER_EVENT: Position = { at: 0, id: 'another' };

function whatToWrite(
  key: WorkflowKey,
  { stored, folded, taken }: Refold,
  differences: readonly RowDifference[],
  values: readonly ValueDifference[],
): RefoldedWorkflow {
  const storedByRun = new Map(stored.map((whole) => [whole.run, whole]));
  const foldedRuns = new Set(folded.map(({ row }) => row.run));
  const rewritten = rewrittenValues(differences, values);
  for (const run of folded) {
    setChanged(run, differences);
    for (const { kind, name } of values.filter((value) => value.run === run.row.run)) {
      if (kind === 'workflow') run.changed.row = true;
      else run.changed.steps.add(name);
    }
  }
  return {
    runs: folded.map((run) => {
      const whole = storedByRun.get(run.row.run);
      if (whole?.stored == null) return { run, previous: null, previousName: null };
      const previous = previousOf(whole, run, rewritten);
      return { run, previous, previousName: whole.stored.row.workflowName };
    }),
    goneRuns: stored.flatMap((whole) =>
      whole.stored === null || foldedRuns.has(whole.run)
        ? []
        : [{ workflowName: whole.stored.row.workflowName, previous: previousOf(whole, null, rewritten) }],
    ),
    gone: rowsToDelete(key, differences),
    moved: [],
    taken,
  };
}

/**
 * Beside what the log no longer makes: runs under a wrong id, and rows that hold the id of a run that is missing. The
 * ids of runs are unique, so that either is in the way of the right row. Other rows get their id when they are written.
 */
function rowsToDelete(key: WorkflowKey, differences: readonly RowDifference[]): GoneRows {
  const gone = goneRows(key, differences);
  for (const { problem, id, fields } of differences.filter(({ kind }) => kind === 'workflow')) {
    if (problem === 'missing') gone.freedRunIds.push(id);
    const wrongId = fields.find(({ field }) => field === 'id');
    if (wrongId === undefined) continue;
    gone.workflows.push({ id, of: key });
    gone.freedRunIds.push(String(wrongId.folded));
  }
  return gone;
}

/** The values to write: those that differ, and those of rows that are written as new ones. */
function rewrittenValues(differences: readonly RowDifference[], values: readonly ValueDifference[]): Set<string> {
  const asNew = differences.filter(({ fields }) => fields.some(({ field }) => field === 'id'));
  return new Set([
    ...values.map(({ run, name, field }) => `${field} ${run} ${name}`),
    ...asNew.flatMap(({ run, name }) => ['input', 'output', 'result'].map((field) => `${field} ${run} ${name}`)),
  ]);
}

/** What is stored, with the events of its values made up so that exactly those of `rewritten` count as changed. */
function previousOf(
  { run, stored, parts }: Refold['stored'][number],
  folded: RunState | null,
  rewritten: ReadonlySet<string>,
): PreviousRun {
  const state = folded?.row.foldState;
  const event = (field: string, right: Position | null | undefined): Position | null =>
    rewritten.has(`${field} ${run} `) ? ANOTHER_EVENT : (right ?? null);
  return {
    contribution: asContribution(stored?.contribution),
    inputEvent: event('input', state?.inputEvent),
    outputEvent: event('output', state?.outputEvent),
    steps: new Map(
      parts.steps.map(({ row: { stepName }, contribution }) => {
        const right = folded?.steps.get(stepName)?.resultEventId ?? null;
        const resultEventId = rewritten.has(`result ${run} ${stepName}`) ? ANOTHER_EVENT.id : right;
        return [stepName, { contribution: asContribution(contribution), resultEventId }];
      }),
    ),
  };
}

/** What is no list was damaged, and is not what the rollups were given. A recount finds what they are off. */
function asContribution(stored: unknown): Contribution {
  return Array.isArray(stored) ? (stored as Contribution) : [];
}
