/** Sleeps, crashes and ids that are used again. */
import type { Execution } from '../execution.ts';
import { attemptUntil, scenario, splitSteps, start } from './scenario.ts';

const THIRTY_DAYS_MS = 2_592_000_000;

function runToTheEnd(run: Execution): void {
  start(run);
  run.steps(run.subject.steps);
  run.complete();
}

export const interruptionScenarios = [
  scenario('sleep', 8, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    const durationMs = run.drawSleepMs();
    run.suspend(run.fallAsleep(durationMs));
    // A sleep until a given time reports 0 when it ends.
    run.wakeUp(run.random.chance(0.2) ? 0 : durationMs);
    run.steps([step, ...after]);
    run.complete();
  }),

  scenario('sleep twice', 2, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    for (const steps of [before, [step]]) {
      run.steps(steps);
      const durationMs = run.drawSleepMs();
      run.suspend(run.fallAsleep(durationMs));
      run.wakeUp(durationMs);
    }
    run.steps(after);
    run.complete();
  }),

  scenario('asleep for thirty days', 0.5, (run) => {
    const { before } = splitSteps(run);
    start(run);
    run.steps(before);
    run.fallAsleep(THIRTY_DAYS_MS);
  }),

  scenario('slept for thirty days', 0, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    run.suspend(run.fallAsleep(THIRTY_DAYS_MS));
    run.wakeUp(THIRTY_DAYS_MS);
    run.step(step);
    run.complete();
  }),

  scenario('woken early', 0.7, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    const durationMs = run.drawSleepMs();
    run.fallAsleep(durationMs);
    run.suspend(run.now + durationMs * run.random.next());
    run.resume();
    run.suspend(run.fallAsleep(durationMs));
    run.wakeUp(durationMs);
    run.steps([step, ...after]);
    run.complete();
  }),

  // The process dies before the first flush: the start is lost, and what was done before it is only listed at the end.
  scenario('crash recovery, start lost', 0.4, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.crash();
    run.suspend(run.now + 400);
    run.resume();
    run.steps([step, ...after]);
    run.complete();
  }),

  scenario('crash recovery, slice lost', 0.4, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    const durationMs = run.drawSleepMs();
    run.suspend(run.fallAsleep(durationMs));
    run.wakeUp(durationMs);
    run.step('Lost');
    run.startStep(step);
    run.workOn();
    run.crash();
    run.suspend(run.now + 400);
    run.resume();
    run.steps([step, ...after]);
    run.complete();
  }),

  scenario('same id run again', 0.7, (run) => {
    runToTheEnd(run);
    run.startOver(run.paced(20_000));
    runToTheEnd(run);
  }),

  scenario('same id run again after a failure', 0.3, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    run.startStep(step);
    run.workOn();
    run.fail(run.failStep(step));
    run.startOver(run.paced(20_000));
    runToTheEnd(run);
  }),

  scenario('same id run again after a silent cancel', 0.3, (run) => {
    const { before } = splitSteps(run);
    start(run);
    run.steps(before);
    run.fallAsleep(run.drawSleepMs());
    run.startOver(run.paced(20_000));
    runToTheEnd(run);
  }),

  scenario('retry and sleep in turn', 1, (run) => {
    const { before, step, after } = splitSteps(run);
    start(run);
    run.steps(before);
    const durationMs = run.drawSleepMs();
    run.suspend(run.fallAsleep(durationMs));
    run.wakeUp(durationMs);
    run.completeStep(step, attemptUntil(run, step, 2));
    run.steps(after);
    run.complete();
  }),
];
