/** Folding on from a state while the one it came from stays as it is. */
import type { FoldEvent } from '@wm/events';
import { foldEvents, emptyWorkflow } from './fold.ts';
import { attemptKey, runState } from './state.ts';
import type { AttemptRow, RunRow, RunState, SleepRow, StepRow, WorkflowState } from './state.ts';
import { whatToLoad } from './what-to-load.ts';

/** In what a run is unlike another one: its own row, and rows by key; undefined where it has none. */
export interface Unlike {
  row: RunRow;
  steps: Map<string, StepRow | undefined>;
  attempts: Map<string, AttemptRow | undefined>;
  sleeps: Map<string, SleepRow | undefined>;
}

/** Of a long run it copies only what its events touch. */
export class Fork {
  readonly #from: RunState | undefined;
  readonly #unlike: Unlike | null;
  #state: WorkflowState;

  /**
   * @param from the state to go on from; it must not change any more
   * @param unlike in what the last run of it is to be otherwise; nothing that is open
   */
  constructor(from: WorkflowState, unlike: Unlike | null = null) {
    this.#from = from.runs.at(-1);
    this.#unlike = unlike;
    this.#state = emptyWorkflow(this.#from === undefined ? from.firstRun : this.#from.row.run);
    if (this.#from !== undefined) {
      const { open } = this.#from;
      const row = unlike?.row ?? this.#from.row;
      const run = runState({
        row: { ...row, foldState: structuredClone(row.foldState) },
        steps: new Map(),
        attempts: copies(open.attempts),
        sleeps: copies(open.sleeps),
      });
      this.#state.runs.push(run);
      for (const { stepName } of open.attempts.values()) this.#copyStep(run, stepName);
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

  /** Rows of the run that it went on with, as they stand, touched or not. */
  step(key: string): StepRow | undefined {
    return this.#state.runs[0]?.steps.get(key) ?? this.#stepBefore(key);
  }

  attempt(key: string): AttemptRow | undefined {
    return this.#state.runs[0]?.attempts.get(key) ?? this.#attemptBefore(key);
  }

  sleep(key: string): SleepRow | undefined {
    const known = this.#state.runs[0]?.sleeps.get(key);
    if (known !== undefined) return known;
    return this.#unlike?.sleeps.has(key) === true ? this.#unlike.sleeps.get(key) : this.#from?.sleeps.get(key);
  }

  #stepBefore(key: string): StepRow | undefined {
    return this.#unlike?.steps.has(key) === true ? this.#unlike.steps.get(key) : this.#from?.steps.get(key);
  }

  #attemptBefore(key: string): AttemptRow | undefined {
    return this.#unlike?.attempts.has(key) === true ? this.#unlike.attempts.get(key) : this.#from?.attempts.get(key);
  }

  #copyWhatIsNeeded(run: RunState, from: RunState, events: readonly FoldEvent[]): void {
    const needed = whatToLoad(run.row, events);
    const all = needed.allSteps ? new Set([...from.steps.keys(), ...(this.#unlike?.steps.keys() ?? [])]) : [];
    for (const stepName of needed.allSteps ? all : needed.stepNames) this.#copyStep(run, stepName);
    for (const { stepName, attemptNumber } of needed.attempts) this.#copyAttempt(run, stepName, attemptNumber);
  }

  #copyStep(run: RunState, stepName: string): void {
    const step = this.#stepBefore(stepName);
    if (step === undefined) return;
    if (!run.steps.has(stepName)) run.steps.set(stepName, { ...step });
    this.#copyAttempt(run, stepName, step.currentAttempt);
  }

  #copyAttempt(run: RunState, stepName: string, attemptNumber: number): void {
    const key = attemptKey(stepName, attemptNumber);
    const attempt = run.attempts.has(key) ? undefined : this.#attemptBefore(key);
    if (attempt !== undefined) run.attempts.set(key, { ...attempt });
  }
}

/** No handler changes what a row refers to, so that shallow copies do. */
function copies<Row extends object>(rows: ReadonlyMap<string, Row>): Map<string, Row> {
  return new Map([...rows].map(([key, row]) => [key, { ...row }]));
}
