/** Runs that go well, wait in the queue, or are called off. */
import { drawOddInput, hugeInput } from '../odd-inputs.ts';
import { scenario, splitSteps, start, stepNames } from './scenario.ts';

export const ordinaryScenarios = [
  scenario('success', 42, (run) => {
    start(run);
    run.steps(run.subject.steps);
    run.complete();
  }),

  scenario('success without steps', 1, (run) => {
    start(run);
    run.workOn();
    run.complete();
  }),

  scenario('success with an odd input', 1, (run) => {
    run.start(drawOddInput(run.random));
    run.steps(run.subject.steps);
    run.complete();
  }),

  scenario('success with a huge input', 0.05, (run) => {
    run.start(hugeInput(run.random));
    run.steps(run.subject.steps);
    run.complete();
  }),

  scenario('long run', 0.3, (run) => {
    start(run);
    const count = run.random.int(60, 160);
    run.steps(Array.from({ length: count }, (_, index) => `Page ${index + 1}`));
    run.complete();
  }),

  scenario('queued', 5, (run) => {
    const input = run.subject.kind.input(run.random);
    run.queue(input);
    run.suspend(run.now + run.paced(run.random.logNormal(300, 1)));
    run.start(input);
    run.steps(run.subject.steps);
    run.complete();
  }),

  scenario('cancelled while running', 1.5, (run) => {
    const { before, step } = splitSteps(run);
    start(run);
    run.steps(before);
    if (run.random.chance(0.5)) {
      run.startStep(step);
      run.workOn();
    }
    run.cancel(run.random.chance(0.6) ? run.random.pick(['order withdrawn', 'superseded', step]) : undefined);
  }),

  scenario('cancelled while paused', 0.7, (run) => {
    const { before } = splitSteps(run);
    start(run);
    run.steps(before);
    run.fallAsleep(run.drawSleepMs());
  }),

  scenario('cancelled while queued', 0.3, (run) => run.queue(run.subject.kind.input(run.random))),

  scenario('parallel steps', 4, (run) => {
    start(run);
    const together = stepNames(run, 3);
    for (const step of together) run.startStep(step);
    while (together.length > 0) {
      run.workOn();
      const [done] = together.splice(run.random.int(0, together.length - 1), 1);
      run.completeStep(done!);
    }
    run.step('Join');
    run.complete();
  }),

  scenario('parallel steps, one retries', 2, (run) => {
    start(run);
    const [first, second, third] = stepNames(run, 3) as [string, string, string];
    for (const step of [first, second, third]) run.startStep(step);
    run.workOn();
    run.pauseForRetry(second, run.firstAttempt);
    run.resume();
    run.startStep(first);
    run.startStep(second, run.firstAttempt + 1);
    run.startStep(third);
    run.workOn();
    run.completeStep(second, run.firstAttempt + 1);
    run.workOn();
    run.completeStep(third);
    run.workOn();
    run.completeStep(first);
    run.step('Join');
    run.complete();
  }),
];
