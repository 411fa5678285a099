/** From the pending events of locked workflows to what is to be written: the middle of a drain. Nothing is written yet. */
import { comparePositions } from '@wm/events';
import type { FoldEvent } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import type { WorkflowKey } from '@wm/projection';
import { keyText, loadRunParts, previousRun, readLatestRuns, readPending, toRunState } from '@wm/store';
import type { PendingEvent, StoredRun, Tx } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { FoldedBatch } from './folded-batch.ts';
import { refoldWorkflow } from './refold-workflow.ts';

export interface FoldOptions {
  maxEvents: number;
  /** Whether a long refold is to be left for a transaction of its own. */
  leaveLongRefolds: boolean;
  /** A refold takes every event of the log; or beside those processed before only the ones that were read here. */
  unprocessed: 'all' | 'read';
}

interface PendingWorkflow {
  key: WorkflowKey;
  pending: PendingEvent[];
  /** Those that a fold takes, in order. */
  events: FoldEvent[];
  latest: StoredRun | undefined;
}

/** @param keys workflows that the transaction holds the locks of */
export async function foldPending(
  tx: Tx,
  context: DrainContext,
  keys: readonly WorkflowKey[],
  options: FoldOptions,
): Promise<FoldedBatch> {
  const [{ events, full }, latestRuns] = await Promise.all([
    readPending(tx, keys, { maxEvents: options.maxEvents, maxBytes: context.limits.bytes }),
    readLatestRuns(tx, keys),
  ]);
  const batch = new FoldedBatch(full);
  const continuing: (PendingWorkflow & { latest: StoredRun })[] = [];
  for (const workflow of groupByWorkflow(events, latestRuns)) {
    const { key, pending, latest } = workflow;
    const first = workflow.events[0];
    if (first !== undefined && latest === undefined) {
      batch.addFold(key, foldEvents(emptyWorkflow(), workflow.events).runs, null);
    } else if (first !== undefined && latest !== undefined && isLate(latest, first, context.projectionVersion)) {
      if (options.unprocessed === 'all' && context.rests.left(key) > 0) {
        batch.resting.push(key);
        continue;
      }
      if (options.leaveLongRefolds && latest.row.eventCount + pending.length > context.limits.refoldAlone) {
        batch.alone.push(key);
        continue;
      }
      const unprocessed = options.unprocessed === 'all' ? 'all' : workflow.events.map(({ id }) => id);
      batch.addRefold(key, await refoldWorkflow(tx, latest, first, unprocessed, context.projectionVersion));
    } else if (first !== undefined && latest !== undefined) {
      continuing.push({ ...workflow, latest });
    }
    batch.addPending(pending);
  }
  await foldOn(tx, batch, continuing);
  return batch;
}

/** Whether the rows cannot simply be continued: an event before the newest folded one, or rows of other rules. */
function isLate(latest: StoredRun, first: FoldEvent, projectionVersion: number): boolean {
  return latest.projectionVersion !== projectionVersion || comparePositions(first, latest.row.lastEvent) <= 0;
}

async function foldOn(
  tx: Tx,
  batch: FoldedBatch,
  workflows: readonly (PendingWorkflow & { latest: StoredRun })[],
): Promise<void> {
  const parts = await loadRunParts(
    tx,
    workflows.map(({ latest, events }) => ({ stored: latest, events })),
  );
  for (const [index, { key, events, latest }] of workflows.entries()) {
    const loaded = parts[index]!;
    const previous = previousRun(latest, loaded.steps);
    const state = { runs: [toRunState(latest, loaded)], firstRun: latest.row.run };
    batch.addFold(key, foldEvents(state, events).runs, previous);
  }
}

function groupByWorkflow(events: readonly PendingEvent[], latestRuns: readonly StoredRun[]): PendingWorkflow[] {
  const latestByKey = new Map(latestRuns.map((run) => [keyText(run.key), run]));
  const workflows = new Map<string, PendingWorkflow>();
  for (const event of events) {
    const text = keyText(event.key);
    const known = workflows.get(text);
    const workflow = known ?? { key: event.key, pending: [], events: [], latest: latestByKey.get(text) };
    if (known === undefined) workflows.set(text, workflow);
    workflow.pending.push(event);
    if (event.event !== null) workflow.events.push(event.event);
  }
  return [...workflows.values()];
}
