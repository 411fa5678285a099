/** Retries, failures and timeouts. An attempt that will be retried sends no step.failed. */
import { drawDefect, reported, retriesExhausted, timedOut } from '../failures.ts';
import { attemptUntil, scenario, splitSteps, start } from './scenario.ts';

export const failureScenarios = [
  scenario('retry, then success', 12, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    run.completeStep(step, attemptUntil(run, step, run.random.int(2, 3)));
    run.steps(after);
    run.complete();
  }),

  scenario('retry that is already due', 0.5, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.work(run.random.int(60, 400));
    run.pauseForRetry(step, run.firstAttempt, 40 + run.random.next());
    run.resume();
    run.startStep(step, run.firstAttempt + 1);
    run.workOn();
    run.completeStep(step, run.firstAttempt + 1);
    run.steps(after);
    run.complete();
  }),

  scenario('retries exhausted', 2.5, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    attemptUntil(run, step, 3);
    run.emit('retry.exhausted', { stepName: step, attempts: 3 });
    run.fail(retriesExhausted(step, 3, run.drawFailure()));
  }),

  // The limit is a duration: the count names the attempts before the one that is open.
  scenario('retries exhausted by time', 0.5, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    attemptUntil(run, step, 4);
    run.emit('retry.exhausted', { stepName: step, attempts: 3 });
    run.fail(retriesExhausted(step, 3, run.drawFailure()));
  }),

  scenario('retries exhausted, caught', 1, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    attemptUntil(run, step, 2);
    run.emit('retry.exhausted', { stepName: step, attempts: 2 });
    run.breath();
    run.steps(['Fallback', ...after]);
    run.complete();
  }),

  scenario('no retry configured', 3, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.fail(run.failStep(step));
  }),

  scenario('failure without a message', 0.3, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.fail(run.failStep(step, run.firstAttempt, reported('Failure', run.random.pick(['', '[object Object]']))));
  }),

  scenario('caught failure', 1.5, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.failStep(step);
    run.steps(after);
    run.complete();
  }),

  // Steps that failed are not kept as done: after the wake-up the workflow runs them again.
  scenario('caught failure before a sleep', 0.7, (run) => {
    const { before, step, after } = splitSteps(run);
    const durationMs = run.drawSleepMs();
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.failStep(step);
    run.suspend(run.fallAsleep(durationMs));
    run.resume();
    run.startStep(step);
    run.workOn();
    run.failStep(step);
    run.emit('sleep.completed', { durationMs });
    run.breath();
    run.steps(after);
    run.complete();
  }),

  scenario('defect inside a step', 0.7, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.fail(drawDefect(run.random));
  }),

  scenario('timeout not reached', 2, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.setTimeout(step, 180_000);
    run.workOn();
    run.completeStep(step);
    run.steps(after);
    run.complete();
  }),

  scenario('timeout in flight', 0.8, (run) => {
    const { before, step } = splitSteps(run);
    const timeoutMs = Math.round(run.paced(run.random.pick([5000, 30_000])));
    start(run);
    run.steps(before);
    run.startStep(step);
    run.setTimeout(step, timeoutMs);
    run.work(timeoutMs + run.random.int(0, 3));
    run.fail(run.failStep(step, run.firstAttempt, timedOut(step, timeoutMs)));
  }),

  scenario('timeout found on retry', 0.5, (run) => {
    const { before, step } = splitSteps(run);
    const timeoutMs = Math.round(run.paced(2000));
    start(run);
    run.steps(before);
    run.startStep(step);
    run.setTimeout(step, timeoutMs);
    run.workOn();
    run.pauseForRetry(step, run.firstAttempt, timeoutMs + run.random.next());
    run.resume();
    run.startStep(step, run.firstAttempt + 1);
    run.emit('timeout.exceeded', { stepName: step, timeoutMs });
    run.breath();
    run.fail(timedOut(step, timeoutMs));
  }),

  // Not seen from today's client; the contract's rule 13 allows for it.
  scenario('timeout exceeded, then retried', 0, (run) => {
    const { before, step, after } = splitSteps(run);
    const timeoutMs = Math.round(run.paced(2000));
    start(run);
    run.steps(before);
    run.startStep(step);
    run.setTimeout(step, timeoutMs);
    run.work(timeoutMs);
    run.emit('timeout.exceeded', { stepName: step, timeoutMs });
    run.breath();
    run.pauseForRetry(step, run.firstAttempt);
    run.resume();
    run.startStep(step, run.firstAttempt + 1);
    run.workOn();
    run.completeStep(step, run.firstAttempt + 1);
    run.steps(after);
    run.complete();
  }),
];
