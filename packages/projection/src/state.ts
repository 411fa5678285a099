/**
 * What the fold works on: one run of one workflow with its steps, attempts and sleeps.
 *
 * Field for field these are the rows of the tables `workflows`, `workflow_steps`, `step_attempts` and
 * `workflow_sleeps` (camelCase here, snake_case there); instants are milliseconds since the epoch, durations whole
 * milliseconds. What no column shows lives in `foldState`.
 */
import type { FoldEvent, Position } from '@wm/events';

export type WorkflowStatus = 'pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
export type PauseReason = 'sleep' | 'retry';
export type StepStatus = 'pending' | 'running' | 'completed' | 'failed' | 'retrying' | 'interrupted';
export type AttemptResult = 'running' | 'success' | 'failure' | 'timeout' | 'interrupted';
export type SleepEndReason = 'completed' | 'superseded' | 'terminal';

/**
 * What is known to be missing from a run: its start; its end (another run followed without one); events of a step (an
 * attempt without a start, a completion that was only listed).
 */
export type Gap = 'start' | 'end' | 'step';

/** The identity of a workflow: all its runs share it. */
export interface WorkflowKey {
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
}

/** What the fold must remember between events and no column shows. Stored as jsonb; small whatever the run's length. */
export interface FoldState {
  /** Since when the run is paused, and why (null: a reason this version does not know). */
  pausedSince: { at: number; reason: PauseReason | null } | null;
  /** The newest failure of each step that has not completed since, oldest first; the newest 20 of them. */
  failures: StepFailure[];
  /** workflow.resumed events after the terminal, of which nobody knows yet whether they begin a new run. */
  pendingResumes: PendingResumes | null;
  /** The event whose payload holds the input, and the one that holds the output. */
  inputEvent: Position | null;
  outputEvent: Position | null;
  /**
   * The open attempts and sleeps: what the next events may touch without naming it. Null where there are more than can
   * be listed in a row that is rewritten at every drain.
   */
  open: OpenParts | null;
  /** Execution order of the newest step row. */
  stepCount: number;
}

export interface OpenParts {
  /** Oldest start first. */
  attempts: { stepName: string; attemptNumber: number }[];
  /** Start events. */
  sleeps: string[];
}

export interface StepFailure extends Position {
  stepName: string;
  attempt: number;
}

export interface PendingResumes {
  events: Extract<FoldEvent, { type: 'workflow.resumed' }>[];
  /** The newest event that stays with the ended run, should the resumes turn out to begin a new one. */
  lastSettled: Position;
  /** Whether the run had this anomaly before. */
  strayBefore: boolean;
}

export interface RunRow {
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: WorkflowStatus;
  pauseReason: PauseReason | null;
  resumeAt: number | null;
  currentStep: string | null;
  runningSteps: string[];
  completedSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all its steps: the sum of their `retryCount`. */
  retryCount: number;
  errorMessage: string | null;
  errorStack: string | null;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: number | null;
  startedAt: number | null;
  completedAt: number | null;
  failedAt: number | null;
  cancelledAt: number | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  gaps: Gap[];
  anomalies: string[];
  eventCount: number;
  sortAt: number;
  firstEvent: Position;
  /** The newest folded event: the watermark. */
  lastEvent: Position;
  foldState: FoldState;
}

export interface StepRow {
  stepName: string;
  executionOrder: number;
  status: StepStatus;
  inferred: boolean;
  currentAttempt: number;
  maxAttempts: number | null;
  /** The step.completed event (at `completedAt`) whose payload holds a result; null where none was sent. */
  resultEventId: string | null;
  cached: boolean;
  /** Whether it is among the completed steps that the run lists. */
  everCompleted: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  willRetry: boolean | null;
  retryCount: number;
  /** The minute (since the epoch) in which each counted retry was scheduled, for the rollups. */
  retryMinutes: number[];
  nextRetryAt: number | null;
  lastRetryDelayMs: number | null;
  timeoutMs: number | null;
  timeoutDeadline: number | null;
  timedOut: boolean;
  startedAt: number | null;
  completedAt: number | null;
  durationMs: number | null;
  totalDurationMs: number | null;
}

export interface AttemptRow {
  stepName: string;
  attemptNumber: number;
  result: AttemptResult;
  inferred: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  startedAt: number | null;
  endedAt: number | null;
  durationMs: number | null;
  retryScheduled: boolean;
  retryScheduledAt: number | null;
  retryDelayMs: number | null;
  nextAttemptAt: number | null;
  startEventId: string | null;
  endEventId: string | null;
}

export interface SleepRow {
  startEventId: string;
  durationMs: number | null;
  startedAt: number;
  resumeAt: number | null;
  completedAt: number | null;
  completed: boolean;
  endReason: SleepEndReason | null;
  completeEventId: string | null;
}

/**
 * One run in memory. For a run that continues stored rows the maps hold only what the next events need (see
 * `whatToLoad`); for a new or refolded run they hold everything.
 */
export interface RunState {
  row: RunRow;
  /** By step name. */
  steps: Map<string, StepRow>;
  /** By step name and attempt number, see `attemptKey`. */
  attempts: Map<string, AttemptRow>;
  /** By id of the sleep.started event. */
  sleeps: Map<string, SleepRow>;
  /** Those of the attempts and sleeps that are open, so that no event of a long run goes through all of them. */
  open: { attempts: Map<string, AttemptRow>; sleeps: Map<string, SleepRow> };
  /** Keys of the rows that the fold changed or made since it was handed the state. */
  changed: { row: boolean; steps: Set<string>; attempts: Set<string>; sleeps: Set<string> };
}

/** A run as it was stored, or as far as it was: nothing of it has changed yet. */
export function runState(rows: Pick<RunState, 'row' | 'steps' | 'attempts' | 'sleeps'>): RunState {
  const open = <Row>(all: Map<string, Row>, isOpen: (row: Row) => boolean): Map<string, Row> =>
    new Map([...all].filter(([, row]) => isOpen(row)));
  return {
    ...rows,
    open: {
      attempts: open(rows.attempts, ({ result }) => result === 'running'),
      sleeps: open(rows.sleeps, ({ endReason }) => endReason === null),
    },
    changed: { row: false, steps: new Set(), attempts: new Set(), sleeps: new Set() },
  };
}

/** The runs of one workflow that a fold was handed or made, oldest first; the last one is the current run. */
export interface WorkflowState {
  runs: RunState[];
  /** The number that the first run gets where `runs` is empty. */
  firstRun: number;
}

export function attemptKey(stepName: string, attemptNumber: number): string {
  return `${attemptNumber}:${stepName}`;
}
