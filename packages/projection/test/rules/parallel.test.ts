/** Rule 10: several steps at once. */
import { expect, test } from 'vitest';
import { foldRun, resumed, started, stepCompleted, stepStarted } from '../stream.ts';

const open = [started(0), stepStarted(5, 'a'), stepStarted(5, 'b'), stepStarted(6, 'c')];

test('current_step is the newest started, running_steps all, oldest first', () => {
  expect(foldRun(...open).row).toMatchObject({ currentStep: 'c', runningSteps: ['a', 'b', 'c'] });
});

test('when the newest closes, the newest of the rest is current', () => {
  expect(foldRun(...open, stepCompleted(7, 'c')).row).toMatchObject({ currentStep: 'b', runningSteps: ['a', 'b'] });
  expect(foldRun(...open, stepCompleted(7, 'a')).row).toMatchObject({ currentStep: 'c', runningSteps: ['b', 'c'] });
});

test('completed steps stand in the order of their completion', () => {
  const run = foldRun(...open, stepCompleted(7, 'c'), stepCompleted(8, 'a'), stepCompleted(9, 'b'));
  expect(run.row).toMatchObject({ completedSteps: ['c', 'a', 'b'], currentStep: null, runningSteps: [] });
  expect(run.steps.map((step) => [step.stepName, step.executionOrder])).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
});

test('a start again makes a step the newest', () => {
  const run = foldRun(...open, stepStarted(7, 'a'));
  expect(run.row).toMatchObject({ currentStep: 'a', runningSteps: ['b', 'c', 'a'] });
});

test('a resume interrupts them all', () => {
  const run = foldRun(...open, resumed(9), stepStarted(10, 'b'));
  expect(run.row).toMatchObject({ currentStep: 'b', runningSteps: ['b'] });
  expect(run.step('a').status).toBe('interrupted');
});
