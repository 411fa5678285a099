/** Rows as they stand in the database, and their way into the fold's state. */
import type {
  AttemptRow,
  Contribution,
  FoldState,
  RunRow,
  RunState,
  SleepRow,
  StepRow,
  WorkflowKey,
} from '@wm/projection';
import type { Position } from '@wm/events';
import { attemptKey, runState } from '@wm/projection';

export interface StoredRun {
  id: string;
  key: WorkflowKey;
  row: RunRow;
  contribution: Contribution;
  projectionVersion: number;
}

export interface StoredStep {
  id: string;
  row: StepRow;
  contribution: Contribution;
}

export interface StoredAttempt {
  id: string;
  row: AttemptRow;
}

export interface StoredSleep {
  id: string;
  row: SleepRow;
}

export interface StoredParts {
  steps: StoredStep[];
  attempts: StoredAttempt[];
  sleeps: StoredSleep[];
}

/** Identity columns as every query of these tables names them. */
export interface RowIdentity extends WorkflowKey {
  id: string;
  run: number;
}

export type WorkflowRecord = RowIdentity &
  Omit<RunRow, 'firstEvent' | 'lastEvent'> & {
    firstEventAt: number;
    firstEventId: string;
    lastEventAt: number;
    lastEventId: string;
    contribution: Contribution;
    projectionVersion: number;
  };
export type StepRecord = RowIdentity & StepRow & { contribution: Contribution };
export type AttemptRecord = RowIdentity & AttemptRow;
export type SleepRecord = RowIdentity & SleepRow;

export function toStoredRun(record: WorkflowRecord): StoredRun {
  const {
    id,
    env,
    serviceKey,
    workflowId,
    contribution,
    projectionVersion,
    firstEventAt,
    firstEventId,
    lastEventAt,
    lastEventId,
    ...rest
  } = record;
  return {
    id,
    key: { env, serviceKey, workflowId },
    contribution,
    projectionVersion,
    row: { ...rest, firstEvent: position(firstEventAt, firstEventId), lastEvent: position(lastEventAt, lastEventId) },
  };
}

export function toStoredStep(record: StepRecord): StoredStep {
  const { id, contribution, env: _env, serviceKey: _service, workflowId: _workflow, run: _run, ...row } = record;
  return { id, contribution, row };
}

export function toStoredAttempt(record: AttemptRecord): StoredAttempt {
  const { id, env: _env, serviceKey: _service, workflowId: _workflow, run: _run, ...row } = record;
  return { id, row };
}

export function toStoredSleep(record: SleepRecord): StoredSleep {
  const { id, env: _env, serviceKey: _service, workflowId: _workflow, run: _run, ...row } = record;
  return { id, row };
}

/** What a stored run has put into the rollups and taken from the log, kept aside while the fold changes the rows. */
export interface PreviousRun {
  contribution: Contribution;
  inputEvent: Position | null;
  outputEvent: Position | null;
  steps: Map<string, { contribution: Contribution; resultEventId: string | null }>;
}

export function previousRun(stored: StoredRun, steps: readonly StoredStep[]): PreviousRun {
  const { inputEvent, outputEvent }: FoldState = stored.row.foldState;
  return {
    contribution: stored.contribution,
    inputEvent,
    outputEvent,
    steps: new Map(
      steps.map((step) => [
        step.row.stepName,
        { contribution: step.contribution, resultEventId: step.row.resultEventId },
      ]),
    ),
  };
}

/** The state that a fold continues from. */
export function toRunState(stored: StoredRun, parts: StoredParts): RunState {
  return runState({
    row: stored.row,
    steps: new Map(parts.steps.map(({ row }) => [row.stepName, row])),
    attempts: new Map(parts.attempts.map(({ row }) => [attemptKey(row.stepName, row.attemptNumber), row])),
    sleeps: new Map(parts.sleeps.map(({ row }) => [row.startEventId, row])),
  });
}

function position(at: number, id: string): Position {
  return { at, id };
}
