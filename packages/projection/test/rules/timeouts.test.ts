/** Rule 13: timeouts that are reported, found on a retry, or told by a message; completions from the cache. */
import { describe, expect, test } from 'vitest';
import {
  completed,
  failed,
  foldRun,
  paused,
  resumed,
  retryScheduled,
  started,
  stepCompleted,
  stepFailed,
  stepStarted,
  timeoutExceeded,
  timeoutSet,
} from '../stream.ts';

const message = (step: string) => `Step "${step}" timed out after 0ms (timeout: 50ms)`;

describe('timeout.exceeded', () => {
  const foundOnRetry = [
    started(0),
    stepStarted(1, 't'),
    timeoutSet(1, 't', 50),
    retryScheduled(5, 't', 1, 100, 105),
    paused(6, 'retry', 105, 't'),
    resumed(106),
    stepStarted(107, 't', 2),
    timeoutExceeded(108, 't', 50),
  ];

  test('ends the open attempt as a timeout and fails the step', () => {
    const run = foldRun(...foundOnRetry);
    expect(run.attempt('t', 2)).toMatchObject({
      result: 'timeout',
      endedAt: 108,
      durationMs: 1,
      retryScheduled: false,
    });
    expect(run.attempt('t', 1).result).toBe('failure');
    expect(run.step('t')).toMatchObject({
      status: 'failed',
      timedOut: true,
      timeoutMs: 50,
      timeoutDeadline: 51,
      completedAt: 108,
      totalDurationMs: 107,
    });
    expect(run.row.runningSteps).toEqual([]);
  });

  test('is the failure that workflow.failed speaks of', () => {
    const run = foldRun(...foundOnRetry, failed(109, message('t')));
    expect(run.row).toMatchObject({ errorStepName: 't', errorAttempt: 2, errorStepInferred: false });
    expect(run.attempt('t', 2)).toMatchObject({ result: 'timeout', errorMessage: message('t') });
    expect(run.step('t')).toMatchObject({ status: 'failed', timedOut: true, errorMessage: message('t') });
  });

  test('followed by a retry of that attempt leaves the step retrying, the attempt a timeout', () => {
    const run = foldRun(...foundOnRetry, retryScheduled(109, 't', 2, 100, 209));
    expect(run.attempt('t', 2)).toMatchObject({
      result: 'timeout',
      endedAt: 108,
      retryScheduled: true,
      nextAttemptAt: 209,
    });
    expect(run.step('t')).toMatchObject({ status: 'retrying', retryCount: 2, nextRetryAt: 209, completedAt: null });
  });

  test('timed_out is of the last attempt: a new one clears it', () => {
    const run = foldRun(...foundOnRetry, retryScheduled(109, 't', 2, 100, 209), stepStarted(210, 't', 3));
    expect(run.step('t')).toMatchObject({ status: 'running', timedOut: false, timeoutMs: 50 });
    expect(run.attempt('t', 2).result).toBe('timeout');
  });
});

describe('a step.failed', () => {
  test("with the client's own timeout message is a timeout", () => {
    const run = foldRun(started(0), stepStarted(1, 't'), timeoutSet(1, 't', 50), stepFailed(52, 't', 1, message('t')));
    expect(run.attempt('t', 1)).toMatchObject({ result: 'timeout', errorMessage: message('t'), durationMs: 51 });
    expect(run.step('t')).toMatchObject({ status: 'failed', timedOut: true, errorMessage: message('t') });
  });

  test.each([
    ["a user's own text", 'fetch timed out'],
    ['the message of another step', message('other')],
    ['the message inside another', `wrapped: ${message('t')}`],
  ])('with %s is a plain failure', (_what, text) => {
    const run = foldRun(started(0), stepStarted(1, 't'), stepFailed(52, 't', 1, text));
    expect(run.attempt('t', 1)).toMatchObject({ result: 'failure', errorMessage: text });
    expect(run.step('t')).toMatchObject({ status: 'failed', timedOut: false });
  });

  test('step names are taken literally, not as a pattern', () => {
    const run = foldRun(started(0), stepStarted(1, 'a.*("x'), stepFailed(5, 'a.*("x', 1, message('a.*("x')));
    expect(run.attempt('a.*("x', 1).result).toBe('timeout');
    const other = foldRun(started(0), stepStarted(1, 'a.c'), stepFailed(5, 'a.c', 1, message('abc')));
    expect(other.attempt('a.c', 1).result).toBe('failure');
  });
});

test('a timeout set for a step that has not started: the step is pending', () => {
  const run = foldRun(started(0), timeoutSet(1, 't', 50));
  expect(run.step('t')).toMatchObject({ status: 'pending', timeoutMs: 50, timeoutDeadline: 51, startedAt: null });
  expect(run.attempts('t')).toEqual([]);
  expect(run.row).toMatchObject({ totalStepsExecuted: 0, currentStep: null, gaps: [] });
});

describe('step.completed without a start', () => {
  test('from the cache: the step is completed, no attempt is made up', () => {
    const run = foldRun(started(0), stepCompleted(5, 'a', 1, true), completed(6, 'a'));
    expect(run.step('a')).toMatchObject({
      status: 'completed',
      cached: true,
      inferred: false,
      startedAt: null,
      completedAt: 5,
      totalDurationMs: null,
    });
    expect(run.attempts('a')).toEqual([]);
    expect(run.row).toMatchObject({ completedSteps: ['a'], totalStepsExecuted: 1, gaps: [] });
  });

  test('not from the cache: an attempt whose start is missing', () => {
    const run = foldRun(started(0), stepCompleted(5, 'a', 2), completed(6, 'a'));
    expect(run.attempt('a', 2)).toMatchObject({ result: 'success', startedAt: null, endedAt: 5, durationMs: null });
    expect(run.step('a')).toMatchObject({ status: 'completed', currentAttempt: 2, startedAt: null, completedAt: 5 });
    expect(run.row.gaps).toEqual(['step']);
  });

  test('from the cache with a start: the attempt it belongs to', () => {
    const run = foldRun(started(0), stepStarted(3, 'a'), stepCompleted(5, 'a', 1, true));
    expect(run.step('a')).toMatchObject({ status: 'completed', cached: true, totalDurationMs: 2 });
    expect(run.attempt('a', 1)).toMatchObject({ result: 'success', startedAt: 3, endedAt: 5 });
  });
});
