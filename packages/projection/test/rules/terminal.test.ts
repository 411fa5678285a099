/** Rule 3: what a terminal event closes, and what comes after it. */
import { describe, expect, test } from 'vitest';
import {
  cancelled,
  completed,
  failed,
  foldRun,
  paused,
  queued,
  retryScheduled,
  sleepStarted,
  started,
  stepCompleted,
  stepStarted,
  timeoutSet,
} from '../stream.ts';

describe('completedSteps', () => {
  test('an open step becomes completed, inferred, and nobody knows when', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), completed(9, 'a'));
    expect(run.step('a')).toMatchObject({ status: 'completed', inferred: true, completedAt: null, startedAt: 1 });
    expect(run.attempt('a', 1)).toMatchObject({ result: 'success', inferred: true, endedAt: null, durationMs: null });
    expect(run.row).toMatchObject({ completedSteps: ['a'], completedStepCount: 1, gaps: ['step'], runningSteps: [] });
  });

  test('a step never seen gets a row, inferred, without an attempt; the list keeps the order of the client', () => {
    const run = foldRun(started(0), stepStarted(1, 'b'), stepCompleted(2, 'b'), cancelled(9, 'enough', 'a', 'b', 'c'));
    expect(run.steps.map((step) => step.stepName)).toEqual(['b', 'a', 'c']);
    expect(run.step('a')).toMatchObject({
      status: 'completed',
      inferred: true,
      startedAt: null,
      completedAt: null,
      durationMs: null,
      totalDurationMs: null,
    });
    expect(run.attempts('a')).toEqual([]);
    expect(run.row).toMatchObject({
      completedSteps: ['a', 'b', 'c'],
      completedStepCount: 3,
      totalStepsExecuted: 3,
      gaps: ['step'],
    });
  });

  test('a retrying step that is listed becomes completed, inferred, with its failed attempt as it was', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), retryScheduled(2, 'a', 1, 5, 7), completed(9, 'a'));
    expect(run.step('a')).toMatchObject({ status: 'completed', inferred: true, nextRetryAt: null });
    expect(run.attempt('a', 1)).toMatchObject({ result: 'failure', endedAt: 2 });
  });

  test('completions that the client does not list follow, in their order', () => {
    const run = foldRun(
      started(0),
      stepCompleted(1, 'z', 1, true),
      stepCompleted(2, 'y', 1, true),
      stepCompleted(3, 'x', 1, true),
      completed(9, 'y'),
    );
    expect(run.row).toMatchObject({ completedSteps: ['y', 'z', 'x'], completedStepCount: 3, gaps: [] });
  });

  test('a name listed twice counts once', () => {
    const run = foldRun(started(0), completed(9, 'a', 'a'));
    expect(run.row).toMatchObject({ completedSteps: ['a'], completedStepCount: 1 });
  });

  test('one that is completed stays as it was reported', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), stepCompleted(2, 'a'), completed(9, 'a'));
    expect(run.step('a')).toMatchObject({ inferred: false, completedAt: 2 });
    expect(run.row.gaps).toEqual([]);
  });
});

describe('everything else that is open', () => {
  test('is interrupted: running, retrying and pending steps', () => {
    const run = foldRun(
      started(0),
      timeoutSet(1, 'pending', 100),
      stepStarted(2, 'retrying'),
      retryScheduled(3, 'retrying', 1, 50, 53),
      stepStarted(4, 'running'),
      cancelled(9, 'enough'),
    );
    for (const name of ['pending', 'retrying', 'running']) expect(run.step(name).status).toBe('interrupted');
    expect(run.attempt('running', 1)).toMatchObject({ result: 'interrupted', endedAt: 9, durationMs: 5 });
    expect(run.attempt('retrying', 1)).toMatchObject({ result: 'failure', endedAt: 3 });
    expect(run.row).toMatchObject({
      status: 'cancelled',
      cancelledAt: 9,
      cancelReason: 'enough',
      currentStep: null,
      runningSteps: [],
      totalStepsExecuted: 2,
    });
  });

  test('an open sleep ends with the run, not completed', () => {
    const run = foldRun(started(0), sleepStarted(1, 100, 101), paused(2, 'sleep', 101), failed(50, 'boom'));
    expect(run.sleeps).toMatchObject([{ completed: false, completedAt: 50, endReason: 'terminal' }]);
    expect(run.row).toMatchObject({ status: 'failed', pauseReason: null, resumeAt: null });
  });
});

test('a run cancelled in the queue has no gap; one of which only the cancel is known lacks its start', () => {
  expect(foldRun(queued(1), cancelled(5, 'enough')).row).toMatchObject({
    status: 'cancelled',
    queuedAt: 1,
    durationMs: null,
    gaps: [],
  });
  expect(foldRun(cancelled(5, 'enough')).row).toMatchObject({ status: 'cancelled', durationMs: null, gaps: ['start'] });
});

describe('a second terminal', () => {
  test('wins', () => {
    const run = foldRun(started(0), cancelled(10, 'enough'), completed(20));
    expect(run.row).toMatchObject({
      status: 'completed',
      completedAt: 20,
      cancelledAt: null,
      cancelReason: null,
      durationMs: 20,
    });
  });

  test('takes the blame back', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), failed(10, 'boom'), completed(20, 'a'));
    expect(run.row).toMatchObject({
      status: 'completed',
      failedAt: null,
      errorMessage: null,
      errorStack: null,
      errorStepName: null,
      errorAttempt: null,
      errorStepInferred: false,
    });
    expect(run.step('a')).toMatchObject({ status: 'completed', inferred: true });
  });
});

describe('after a terminal, in the same run', () => {
  test('an attempt that starts is interrupted', () => {
    const run = foldRun(started(0), completed(10), stepStarted(11, 'late'));
    expect(run.row).toMatchObject({ status: 'completed', currentStep: null, runningSteps: [], durationMs: 10 });
    expect(run.attempt('late', 1)).toMatchObject({ result: 'interrupted', startedAt: 11 });
    expect(run.step('late').status).toBe('interrupted');
  });

  test('a completion that is reported counts', () => {
    const run = foldRun(started(0), stepStarted(5, 'a'), cancelled(10, 'enough'), stepCompleted(12, 'a'));
    expect(run.step('a')).toMatchObject({ status: 'completed', inferred: false, completedAt: 12 });
    expect(run.attempt('a', 1)).toMatchObject({ result: 'success', startedAt: 5, endedAt: 12 });
    expect(run.row).toMatchObject({ status: 'cancelled', completedSteps: ['a'], durationMs: 10 });
  });

  test('a pause changes nothing of the run', () => {
    const run = foldRun(started(0), completed(10), paused(11, 'sleep', 100));
    expect(run.row).toMatchObject({
      status: 'completed',
      pauseReason: null,
      resumeAt: null,
      durationMs: 10,
      activeMs: 10,
      sleepingMs: 0,
    });
  });
});
