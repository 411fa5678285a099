/** Rule 4: attempts that a resume finds open, and attempts that start again. */
import { expect, test } from 'vitest';
import {
  completed,
  foldRun,
  paused,
  resumed,
  retryScheduled,
  sleepCompleted,
  sleepStarted,
  started,
  stepCompleted,
  stepFailed,
  stepStarted,
} from '../stream.ts';

test('an attempt still open at workflow.resumed was interrupted then', () => {
  const run = foldRun(started(0), stepStarted(1, 'a'), resumed(9));
  expect(run.attempt('a', 1)).toMatchObject({ result: 'interrupted', startedAt: 1, endedAt: 9, durationMs: 8 });
  expect(run.step('a').status).toBe('interrupted');
  expect(run.row).toMatchObject({ status: 'running', currentStep: null, runningSteps: [] });
});

test('the same attempt starts again: running, from its latest start; the step from its first', () => {
  const events = [started(0), stepStarted(1, 'a'), resumed(9), stepStarted(10, 'a')];
  const again = foldRun(...events);
  expect(again.attempts('a')).toHaveLength(1);
  expect(again.attempt('a', 1)).toMatchObject({
    result: 'running',
    startedAt: 10,
    endedAt: null,
    durationMs: null,
    endEventId: null,
  });
  expect(again.step('a')).toMatchObject({ status: 'running', startedAt: 1, completedAt: null });
  expect(again.row).toMatchObject({ currentStep: 'a', runningSteps: ['a'], totalStepsExecuted: 1 });

  const done = foldRun(...events, stepCompleted(14, 'a'));
  expect(done.attempt('a', 1)).toMatchObject({ result: 'success', startedAt: 10, endedAt: 14, durationMs: 4 });
  expect(done.step('a')).toMatchObject({ status: 'completed', durationMs: 4, totalDurationMs: 13 });
});

test('a retry of the same attempt, scheduled twice, counts once', () => {
  const run = foldRun(
    started(0),
    stepStarted(1, 'a'),
    retryScheduled(2, 'a', 1, 5, 7),
    paused(3, 'retry', 7, 'a'),
    resumed(8),
    stepStarted(9, 'a', 1),
    retryScheduled(10, 'a', 1, 6, 16),
    paused(11, 'retry', 16, 'a'),
    resumed(17),
    stepStarted(18, 'a', 2),
    retryScheduled(19, 'a', 2, 7, 26),
  );
  expect(run.step('a')).toMatchObject({ retryCount: 2, lastRetryDelayMs: 7, nextRetryAt: 26 });
  expect(run.attempt('a', 1)).toMatchObject({ startedAt: 9, endedAt: 10, retryDelayMs: 6, nextAttemptAt: 16 });
});

test('attempt 0 of the old client stays 0', () => {
  const run = foldRun(
    started(0),
    stepStarted(1, 'a', 0),
    retryScheduled(2, 'a', 0, 5, 7),
    stepStarted(8, 'a', 1),
    stepCompleted(9, 'a', 1),
    stepStarted(10, 'b', 0),
    stepCompleted(11, 'b', 0),
  );
  expect(run.attempts('a').map((attempt) => attempt.attemptNumber)).toEqual([0, 1]);
  expect(run.attempts('b').map((attempt) => attempt.attemptNumber)).toEqual([0]);
  expect(run.step('a')).toMatchObject({ currentAttempt: 1, retryCount: 1 });
  expect(run.step('b').currentAttempt).toBe(0);
  expect(run.row.gaps).toEqual([]);
});

test('a caught failure before a sleep happens twice under one attempt', () => {
  const before = [
    started(0),
    stepStarted(1, 'a'),
    stepFailed(2, 'a', 1, 'first'),
    sleepStarted(3, 50, 53),
    paused(4, 'sleep', 53),
    resumed(54),
    stepStarted(55, 'a'),
  ];
  const between = foldRun(...before);
  expect(between.step('a')).toMatchObject({ status: 'running', errorMessage: null, completedAt: null });
  expect(between.attempt('a', 1)).toMatchObject({ result: 'running', endedAt: null, errorMessage: null });

  const run = foldRun(...before, stepFailed(57, 'a', 1, 'second'), sleepCompleted(58), completed(60));
  expect(run.attempts('a')).toHaveLength(1);
  expect(run.attempt('a', 1)).toMatchObject({
    result: 'failure',
    startedAt: 55,
    endedAt: 57,
    durationMs: 2,
    errorMessage: 'second',
  });
  expect(run.step('a')).toMatchObject({ status: 'failed', startedAt: 1, completedAt: 57, totalDurationMs: 56 });
  expect(run.sleeps).toMatchObject([{ completed: true, completedAt: 58, endReason: 'completed' }]);
  expect(run.row).toMatchObject({ status: 'completed', sleepingMs: 50, activeMs: 10 });
});
