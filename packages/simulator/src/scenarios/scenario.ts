import { Execution } from '../execution.ts';
import type { Slice } from '../execution.ts';
import type { Random } from '../random.ts';
import type { ClientGeneration, Subject } from '../subject.ts';

/** One course that an execution can take, as the client reports it. */
export interface Scenario {
  readonly name: string;
  /** Share of the traffic, relative to the others; 0: only on demand. */
  readonly weight: number;
  /** Pure: the same random source, start (milliseconds since the epoch) and subject give the same slices. */
  slices(random: Random, startAt: number, subject: Subject): Slice[];
}

export function scenario(
  name: string,
  weight: number,
  tell: (run: Execution) => void,
  generation: ClientGeneration = 'current',
): Scenario {
  return {
    name,
    weight,
    slices: (random, startAt, subject) => {
      const run = new Execution(random, startAt, { ...subject, generation });
      tell(run);
      return run.finish();
    },
  };
}

/** The first `count` step names of the run, made up where it has fewer. */
export function stepNames(run: Execution, count: number): string[] {
  return Array.from({ length: count }, (_, index) => run.subject.steps[index] ?? `Step ${index + 1}`);
}

/** Starts the workflow with an ordinary input. */
export function start(run: Execution): void {
  run.start(run.subject.kind.input(run.random));
}

/** Where in the list of steps something happens: the steps before, the one, the steps after. */
export function splitSteps(run: Execution): { before: string[]; step: string; after: string[] } {
  const { steps } = run.subject;
  const at = run.random.int(0, steps.length - 1);
  return { before: steps.slice(0, at), step: steps[at]!, after: steps.slice(at + 1) };
}

/** Attempts `first` to `last` of a step: each fails and is scheduled again, and the last one is left open. */
export function attemptUntil(run: Execution, step: string, attempts: number): number {
  let attempt = run.firstAttempt;
  run.startStep(step, attempt);
  run.workOn();
  for (let tried = 1; tried < attempts; tried += 1) {
    run.pauseForRetry(step, attempt);
    attempt += 1;
    run.resume();
    run.startStep(step, attempt);
    run.workOn();
  }
  return attempt;
}
