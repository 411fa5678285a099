/** What a drain wants written, gathered workflow by workflow. */
import type { Position } from '@wm/events';
import { runContribution, stepContribution } from '@wm/projection';
import type { RunState, WorkflowKey } from '@wm/projection';
import { RollupDeltas, nothingGone } from '@wm/store';
import type { MovedSteps, PendingEvent, PendingPlace, PreviousRun, RunWrite } from '@wm/store';
import type { RefoldedWorkflow } from './refold-workflow.ts';

/** An event that leaves the work list; where its rows lie, if that was read. */
export interface HandledEvent extends Position {
  key: WorkflowKey;
  place?: PendingPlace;
}

export class FoldedBatch {
  /** A bound was reached: these workflows may have more pending events. */
  readonly full: boolean;
  /** The pending rows that were read. */
  readonly pending: PendingEvent[] = [];
  /** Workflows left alone because their refold is long. */
  readonly alone: WorkflowKey[] = [];
  readonly writes: RunWrite[] = [];
  readonly gone = nothingGone();
  readonly moved: MovedSteps[] = [];
  readonly deltas = new RollupDeltas();
  /** Workflows whose late events wait: they were folded again a moment ago, and that took long. */
  readonly resting: WorkflowKey[] = [];
  /** Workflows folded again. */
  readonly refolded: WorkflowKey[] = [];
  readonly #handled = new Map<string, HandledEvent>();

  constructor(full: boolean) {
    this.full = full;
  }

  /** Events to mark as processed and to take off the work list. */
  get handled(): HandledEvent[] {
    return [...this.#handled.values()];
  }

  addPending(pending: readonly PendingEvent[]): void {
    this.pending.push(...pending);
    for (const event of pending) this.#handled.set(event.id, event);
  }

  /** @param previous what is stored of the first of these runs; null where nothing is */
  addFold(key: WorkflowKey, runs: readonly RunState[], previous: PreviousRun | null): void {
    for (const [index, run] of runs.entries()) {
      const before = index === 0 ? previous : null;
      this.writes.push({ key, run, previous: before });
      const { workflowName } = run.row;
      if (run.changed.row) this.#replace(key, workflowName, before?.contribution ?? [], runContribution(run.row));
      for (const stepName of run.changed.steps) {
        const after = stepContribution(run.steps.get(stepName)!);
        this.#replace(key, workflowName, before?.steps.get(stepName)?.contribution ?? [], after);
      }
    }
  }

  addRefold(key: WorkflowKey, { runs, goneRuns, gone, moved, taken }: RefoldedWorkflow): void {
    this.refolded.push(key);
    for (const { workflowName, previous } of goneRuns) this.#takeBack(key, workflowName, previous);
    for (const { run, previous, previousName } of runs) {
      this.writes.push({ key, run, previous });
      if (previous !== null && previousName !== null) this.#takeBack(key, previousName, previous);
      this.deltas.add(key, run.row.workflowName, runContribution(run.row), 1);
      for (const step of run.steps.values()) this.deltas.add(key, run.row.workflowName, stepContribution(step), 1);
    }
    this.gone.workflows.push(...gone.workflows);
    this.gone.steps.push(...gone.steps);
    this.gone.attempts.push(...gone.attempts);
    this.gone.sleeps.push(...gone.sleeps);
    this.gone.freedRunIds.push(...gone.freedRunIds);
    this.moved.push(...moved);
    for (const { at, id } of taken) this.#handled.set(id, { key, at, id });
  }

  #takeBack(key: WorkflowKey, workflowName: string, previous: PreviousRun): void {
    this.deltas.add(key, workflowName, previous.contribution, -1);
    for (const { contribution } of previous.steps.values()) this.deltas.add(key, workflowName, contribution, -1);
  }

  #replace(
    key: WorkflowKey,
    workflowName: string,
    before: PreviousRun['contribution'],
    after: PreviousRun['contribution'],
  ): void {
    this.deltas.add(key, workflowName, before, -1);
    this.deltas.add(key, workflowName, after, 1);
  }
}
