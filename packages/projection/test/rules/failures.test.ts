/** Rules 1, 2 and 5: failures that nobody reports, who failed, and failures that the workflow caught. */
import { describe, expect, test } from 'vitest';
import {
  completed,
  ev,
  exhausted,
  failed,
  foldRun,
  paused,
  resumed,
  retryScheduled,
  started,
  stepCompleted,
  stepFailed,
  stepStarted,
} from '../stream.ts';

describe('retry.scheduled is the failure of its attempt', () => {
  test('ends the attempt as a failure without a message', () => {
    const run = foldRun(started(0), stepStarted(10, 'a'), retryScheduled(15, 'a', 1, 59.0278, 74));
    expect(run.attempt('a', 1)).toMatchObject({
      result: 'failure',
      inferred: false,
      startedAt: 10,
      endedAt: 15,
      durationMs: 5,
      errorMessage: null,
      retryScheduled: true,
      retryDelayMs: 59,
      nextAttemptAt: 74,
    });
    expect(run.step('a')).toMatchObject({
      status: 'retrying',
      currentAttempt: 1,
      retryCount: 1,
      nextRetryAt: 74,
      lastRetryDelayMs: 59,
      completedAt: null,
    });
    expect(run.row).toMatchObject({ status: 'running', currentStep: null, runningSteps: [] });
  });

  test('after a step.failed the message of that stays, and the step is retrying', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a'),
      ev('step.failed', 14, { stepName: 'a', attempt: 1, error: { message: 'boom' }, willRetry: true }),
      retryScheduled(15, 'a', 1, 50, 65),
    );
    expect(run.attempt('a', 1)).toMatchObject({ result: 'failure', errorMessage: 'boom', retryScheduled: true });
    expect(run.step('a')).toMatchObject({ status: 'retrying', nextRetryAt: 65, retryCount: 1 });
  });

  test('a step.failed that will be retried leaves the step retrying', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a', 0),
      ev('step.failed', 14, { stepName: 'a', attempt: 0, error: { message: 'boom' }, willRetry: true }),
    );
    expect(run.step('a')).toMatchObject({ status: 'retrying', willRetry: true, errorMessage: 'boom' });
    expect(run.attempt('a', 0)).toMatchObject({ result: 'failure', endedAt: 14 });
  });

  test('without a start it makes the attempt, its start unknown, and a gap', () => {
    const run = foldRun(started(0), retryScheduled(15, 'a', 1, 50, 65));
    expect(run.attempt('a', 1)).toMatchObject({ result: 'failure', startedAt: null, endedAt: 15, durationMs: null });
    expect(run.step('a')).toMatchObject({ status: 'retrying', startedAt: null });
    expect(run.row.gaps).toEqual(['step']);
  });

  test('error, retry time and outcome are cleared when the step starts again', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a'),
      ev('step.failed', 14, { stepName: 'a', attempt: 1, error: { message: 'boom' }, willRetry: true }),
      retryScheduled(15, 'a', 1, 50, 65),
      stepStarted(70, 'a', 2),
    );
    expect(run.step('a')).toMatchObject({
      status: 'running',
      currentAttempt: 2,
      errorMessage: null,
      errorStack: null,
      willRetry: null,
      nextRetryAt: null,
      lastRetryDelayMs: 50,
      startedAt: 10,
    });
    expect(run.attempt('a', 1)).toMatchObject({ errorMessage: 'boom', nextAttemptAt: 65 });
    expect(run.attempt('a', 2)).toMatchObject({ result: 'running', startedAt: 70, endedAt: null, durationMs: null });
  });
});

describe('retry.exhausted is the failure of the step', () => {
  test('ends the open attempt though its count is one less', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a', 3),
      retryScheduled(12, 'a', 3, 5, 17),
      stepStarted(20, 'a', 4),
      exhausted(22, 'a', 3),
    );
    expect(run.attempts('a').map((attempt) => attempt.attemptNumber)).toEqual([3, 4]);
    expect(run.attempt('a', 4)).toMatchObject({ result: 'failure', endedAt: 22, durationMs: 2, errorMessage: null });
    expect(run.step('a')).toMatchObject({
      status: 'failed',
      completedAt: 22,
      totalDurationMs: 12,
      durationMs: 2,
      nextRetryAt: null,
    });
    expect(run.row).toMatchObject({ status: 'running', runningSteps: [] });
  });

  test('takes its text from the workflow.failed that follows', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a', 2),
      exhausted(12, 'a', 2),
      failed(13, 'Step "a" failed after 2 attempts: boom'),
    );
    const message = 'Step "a" failed after 2 attempts: boom';
    expect(run.row).toMatchObject({
      errorMessage: message,
      errorStack: `stack of ${message}`,
      errorStepName: 'a',
      errorAttempt: 2,
      errorStepInferred: false,
    });
    expect(run.step('a')).toMatchObject({ errorMessage: message, errorStack: `stack of ${message}` });
    expect(run.attempt('a', 2)).toMatchObject({ errorMessage: message, endedAt: 12 });
  });

  test('without an open attempt it fails the step and makes no attempt of its count', () => {
    const run = foldRun(started(0), exhausted(12, 'a', 3));
    expect(run.step('a').status).toBe('failed');
    expect(run.attempts('a')).toEqual([]);
  });
});

describe('who failed', () => {
  test('the step with the newest failure, when it is later than the start of the newest open attempt', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a'),
      stepStarted(12, 'b'),
      stepFailed(20, 'a', 1, 'boom'),
      failed(21, 'boom'),
    );
    expect(run.row).toMatchObject({ errorStepName: 'a', errorAttempt: 1, errorStepInferred: false });
    expect(run.step('a')).toMatchObject({ status: 'failed', inferred: false });
    expect(run.attempt('b', 1)).toMatchObject({ result: 'interrupted', endedAt: 21 });
    expect(run.step('b').status).toBe('interrupted');
  });

  test('otherwise the step with the newest open attempt, and that is inferred', () => {
    const run = foldRun(
      started(0),
      stepStarted(5, 'optional'),
      stepFailed(7, 'optional', 1, 'not so bad'),
      stepStarted(8, 'older'),
      stepStarted(10, 'defect'),
      failed(15, '[object Object]'),
    );
    expect(run.row).toMatchObject({
      status: 'failed',
      failedAt: 15,
      errorMessage: '[object Object]',
      errorStepName: 'defect',
      errorAttempt: 1,
      errorStepInferred: true,
    });
    expect(run.attempt('defect', 1)).toMatchObject({
      result: 'failure',
      inferred: true,
      endedAt: 15,
      errorMessage: '[object Object]',
    });
    expect(run.step('defect')).toMatchObject({ status: 'failed', inferred: true, errorMessage: '[object Object]' });
    expect(run.step('older').status).toBe('interrupted');
    expect(run.step('optional')).toMatchObject({ status: 'failed', errorMessage: 'not so bad' });
  });

  test('at one instant the order of ids decides', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a'),
      stepFailed(10, 'a', 1, 'boom'),
      stepStarted(10, 'b'),
      failed(10, 'late'),
    );
    expect(run.row).toMatchObject({ errorStepName: 'b', errorStepInferred: true });
  });

  test('the old client names step and attempt: taken as said', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a', 0),
      stepStarted(11, 'b', 0),
      ev('workflow.failed', 15, { error: { message: 'boom', stepName: 'a', attempt: 0 }, completedSteps: [] }),
    );
    expect(run.row).toMatchObject({ errorStepName: 'a', errorAttempt: 0, errorStepInferred: false });
    expect(run.step('a').status).toBe('failed');
    expect(run.attempt('a', 0).result).toBe('failure');
    expect(run.step('b').status).toBe('interrupted');
  });

  test('nobody, where no step is open and none failed', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), stepCompleted(2, 'a'), failed(3, 'in between', 'a'));
    expect(run.row).toMatchObject({
      errorMessage: 'in between',
      errorStepName: null,
      errorAttempt: null,
      errorStepInferred: false,
    });
    expect(run.step('a')).toMatchObject({ status: 'completed', errorMessage: null });
  });

  test('not a step that failed once and completed since', () => {
    const run = foldRun(
      started(0),
      stepStarted(1, 'a'),
      retryScheduled(2, 'a', 1, 5, 7),
      paused(3, 'retry', 7, 'a'),
      resumed(8),
      stepStarted(9, 'a', 2),
      stepCompleted(10, 'a', 2),
      failed(11, 'in between', 'a'),
    );
    expect(run.row.errorStepName).toBeNull();
    expect(run.step('a').status).toBe('completed');
  });

  test('a newer failure that was made good leaves the older one standing', () => {
    const run = foldRun(
      started(0),
      stepStarted(1, 'a'),
      stepFailed(2, 'a', 1, 'boom'),
      stepStarted(3, 'b'),
      retryScheduled(4, 'b', 1, 5, 9),
      stepStarted(10, 'b', 2),
      stepCompleted(11, 'b', 2),
      failed(12, 'boom', 'b'),
    );
    expect(run.row).toMatchObject({ errorStepName: 'a', errorAttempt: 1, errorStepInferred: false });
  });

  test('a step that was waiting for its retry is failed, not interrupted, when it is to blame', () => {
    const run = foldRun(
      started(0),
      stepStarted(1, 'a'),
      retryScheduled(2, 'a', 1, 5, 7),
      paused(3, 'retry', 7, 'a'),
      failed(9, 'boom'),
    );
    expect(run.row).toMatchObject({ errorStepName: 'a', errorAttempt: 1 });
    expect(run.step('a')).toMatchObject({ status: 'failed', nextRetryAt: null, errorMessage: 'boom' });
  });

  test('a step with an error text of its own keeps it', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), stepFailed(2, 'a', 1, 'own'), failed(3, 'wrapped: own'));
    expect(run.row.errorMessage).toBe('wrapped: own');
    expect(run.step('a').errorMessage).toBe('own');
    expect(run.attempt('a', 1).errorMessage).toBe('own');
  });
});

test('a failure that the workflow caught: the step is failed, the workflow completes', () => {
  const run = foldRun(
    started(0),
    stepStarted(1, 'a'),
    stepFailed(2, 'a', 1, 'boom'),
    stepStarted(3, 'b'),
    stepCompleted(4, 'b'),
    completed(5, 'b'),
  );
  expect(run.row).toMatchObject({
    status: 'completed',
    completedSteps: ['b'],
    completedStepCount: 1,
    totalStepsExecuted: 2,
    errorMessage: null,
    errorStepName: null,
    gaps: [],
  });
  expect(run.step('a')).toMatchObject({ status: 'failed', inferred: false, completedAt: 2 });
});
