/** Streams of clients older and newer than the one of today. */
import type { Execution } from '../execution.ts';
import { attemptUntil, scenario, splitSteps, start } from './scenario.ts';

/** Attempts are counted from 0, there is no source and no execution id, and workflow.failed names the step. */
const oldClientScenarios = [
  scenario(
    'old client, success',
    1.5,
    (run) => {
      start(run);
      run.steps(run.subject.steps);
      run.complete();
    },
    'old',
  ),

  scenario(
    'old client, retry',
    0.6,
    (run) => {
      const { before, step, after } = splitSteps(run);
      start(run);
      run.steps(before);
      run.completeStep(step, attemptUntil(run, step, 2));
      run.steps(after);
      run.complete();
    },
    'old',
  ),

  scenario(
    'old client, failure',
    0.4,
    (run) => {
      const { before, step } = splitSteps(run);
      start(run);
      run.steps(before);
      const attempt = attemptUntil(run, step, 2);
      run.fail({ ...run.failStep(step, attempt), stepName: step, attempt });
    },
    'old',
  ),
];

const UNKNOWN_TYPES = ['workflow.snapshotted', 'step.progress', 'signal.received', 'compensation.started'] as const;

/** Every type of the contract, for streams that make no sense. */
const fieldsByType: Readonly<
  Record<string, (run: Execution, stepName: string, attempt: number) => Record<string, unknown>>
> = {
  'workflow.queued': () => ({}),
  'workflow.started': () => ({ input: null }),
  'workflow.completed': (_run, stepName) => ({ completedSteps: [stepName], durationMs: 1 }),
  'workflow.failed': () => ({ error: { message: 'x' }, completedSteps: [] }),
  'workflow.paused': (run) => ({ reason: run.random.pick(['sleep', 'retry', 'other']) }),
  'workflow.resumed': () => ({}),
  'workflow.cancelled': (_run, stepName) => ({ completedSteps: [stepName] }),
  'step.started': (_run, stepName, attempt) => ({ stepName, attempt }),
  'step.completed': (run, stepName, attempt) => ({ stepName, attempt, durationMs: 1, cached: run.random.chance(0.3) }),
  'step.failed': (run, stepName, attempt) => ({
    stepName,
    attempt,
    error: { message: 'y' },
    willRetry: run.random.chance(0.5),
  }),
  'retry.scheduled': (run, stepName, attempt) => ({
    stepName,
    attempt,
    nextAttemptAt: new Date(run.now).toISOString(),
    delayMs: 0.5,
  }),
  'retry.exhausted': (_run, stepName, attempt) => ({ stepName, attempts: attempt }),
  'sleep.started': (run) => ({ durationMs: 1, resumeAt: new Date(run.now + 1).toISOString() }),
  'sleep.completed': () => ({ durationMs: 1 }),
  'timeout.set': (run, stepName) => ({ stepName, deadline: new Date(run.now).toISOString(), timeoutMs: 0 }),
  'timeout.exceeded': (_run, stepName) => ({ stepName, timeoutMs: 0 }),
  'something.else': () => ({ anything: [1] }),
};

export const otherClientScenarios = [
  ...oldClientScenarios,

  scenario('unknown event types', 0.4, (run) => {
    start(run);
    for (const step of run.subject.steps) {
      run.emit(run.random.pick(UNKNOWN_TYPES), { stepName: step, percent: run.random.int(0, 100) });
      run.step(step);
    }
    run.complete();
  }),

  // Any events in any order: no client sends this, and the fold must have one answer to it all the same.
  scenario('nonsense', 0, (run) => {
    const types = Object.keys(fieldsByType);
    for (let left = run.random.int(1, 24); left > 0; left -= 1) {
      const type = run.random.pick(types);
      run.emit(type, fieldsByType[type]!(run, run.random.pick(run.subject.steps), run.random.int(0, 3)));
      run.breath();
      if (run.random.chance(0.15)) run.suspend(run.now + 5);
    }
  }),
];
