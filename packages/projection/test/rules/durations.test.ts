/** Rules 7, 8 and 9: durations come from timestamps, numbers may be fractions, huge, or point into the past. */
import { describe, expect, test } from 'vitest';
import {
  cancelled,
  completed,
  ev,
  failed,
  foldRun,
  paused,
  resumed,
  retryScheduled,
  sleepStarted,
  started,
  stepCompleted,
  stepStarted,
} from '../stream.ts';

describe('duration of a run', () => {
  const terminals = { completed: completed(90), failed: failed(90, 'boom'), cancelled: cancelled(90, 'enough') };

  test.each(Object.entries(terminals))('from start to %s', (status, terminal) => {
    expect(foldRun(started(10), terminal).row).toMatchObject({ status, durationMs: 80, activeMs: 80 });
  });

  test.each(Object.entries(terminals))('unknown without a start: %s', (status, terminal) => {
    expect(foldRun(stepStarted(10, 'a'), stepCompleted(20, 'a'), terminal).row).toMatchObject({
      status,
      startedAt: null,
      durationMs: null,
      activeMs: null,
      gaps: expect.arrayContaining(['start']) as unknown,
    });
  });

  test('what the client says of durations is not believed', () => {
    const run = foldRun(
      started(0),
      stepStarted(10, 'a'),
      ev('step.completed', 14, { stepName: 'a', attempt: 1, durationMs: 9999, cached: false }),
      ev('workflow.completed', 20, { completedSteps: ['a'], durationMs: 3 }),
    );
    expect(run.row.durationMs).toBe(20);
    expect(run.step('a')).toMatchObject({ durationMs: 4, totalDurationMs: 4 });
    expect(run.attempt('a', 1).durationMs).toBe(4);
  });
});

describe('time spent paused', () => {
  test('is counted by reason, from the pause to the resume', () => {
    const run = foldRun(
      started(0),
      paused(10, 'sleep', 20),
      resumed(25),
      paused(30, 'retry', 40),
      resumed(43),
      completed(50),
    );
    expect(run.row).toMatchObject({ sleepingMs: 15, retryWaitMs: 13, durationMs: 50, activeMs: 22 });
    expect(run.row).toMatchObject({ pauseReason: null, resumeAt: null });
  });

  test('a terminal leaves the pause too', () => {
    const run = foldRun(started(0), paused(10, 'sleep', 100), cancelled(50, 'enough'));
    expect(run.row).toMatchObject({ sleepingMs: 40, durationMs: 50, activeMs: 10, pauseReason: null, resumeAt: null });
  });

  test('children do not leave it', () => {
    const during = [started(0), paused(10, 'retry', 30), stepStarted(20, 'a')];
    expect(foldRun(...during).row).toMatchObject({ status: 'paused', pauseReason: 'retry', resumeAt: 30 });
    expect(foldRun(...during, resumed(30), completed(40)).row).toMatchObject({ retryWaitMs: 20, activeMs: 20 });
  });

  test('a reason that this version does not know is neither', () => {
    const run = foldRun(started(0), paused(10, 'approval', 20), resumed(30), completed(40));
    expect(run.row).toMatchObject({ sleepingMs: 0, retryWaitMs: 0, durationMs: 40, activeMs: 40 });
    expect(foldRun(started(0), paused(10, 'approval', 20)).row).toMatchObject({ status: 'paused', pauseReason: null });
  });
});

describe('numbers', () => {
  test('fractions of a millisecond are rounded', () => {
    const run = foldRun(
      started(0),
      ev('timeout.set', 1, { stepName: 'a', timeoutMs: 10.5, deadline: '1970-01-01T00:00:00.011Z' }),
      stepStarted(1, 'a'),
      ev('retry.scheduled', 2, {
        stepName: 'a',
        attempt: 1,
        delayMs: 59.0278,
        nextAttemptAt: '1970-01-01T00:00:00.061Z',
      }),
      ev('sleep.started', 3, { durationMs: 0.6, resumeAt: '1970-01-01T00:00:00.004Z' }),
    );
    expect(run.attempt('a', 1).retryDelayMs).toBe(59);
    expect(run.step('a')).toMatchObject({ lastRetryDelayMs: 59, timeoutMs: 11 });
    expect(run.sleeps).toMatchObject([{ durationMs: 1 }]);
  });

  test('30 days and more do not overflow', () => {
    const days = 2_592_000_000;
    const run = foldRun(
      started(0),
      sleepStarted(1, days, 1 + days),
      paused(2, 'sleep', 1 + days),
      resumed(2 + days),
      completed(10 + days),
    );
    expect(run.sleeps).toMatchObject([{ durationMs: days, resumeAt: 1 + days }]);
    expect(run.row).toMatchObject({ sleepingMs: days, durationMs: 10 + days, activeMs: 10 });
  });

  test('attempt numbers up to the limit of the column', () => {
    const most = 2_147_483_647;
    const run = foldRun(started(0), stepStarted(1, 'a', most), stepCompleted(2, 'a', most));
    expect(run.step('a').currentAttempt).toBe(most);
    expect(run.attempt('a', most).result).toBe('success');
  });

  test('far dates keep their distance', () => {
    const far = Date.UTC(9999, 11, 31);
    const run = foldRun(started(0), completed(far));
    expect(run.row).toMatchObject({ durationMs: far, activeMs: far });
  });

  test('a time that has passed when it is written is kept as written', () => {
    const run = foldRun(
      started(0),
      stepStarted(2, 'a'),
      retryScheduled(124, 'a', 1, 40, 42),
      paused(124, 'retry', 42, 'a'),
    );
    expect(run.attempt('a', 1).nextAttemptAt).toBe(42);
    expect(run.step('a').nextRetryAt).toBe(42);
    expect(run.row).toMatchObject({ status: 'paused', resumeAt: 42 });
  });
});
