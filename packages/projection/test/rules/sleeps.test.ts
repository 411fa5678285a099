/** Rule 6: one row for each sleep.started, and what ends it. */
import { expect, test } from 'vitest';
import { foldRun, foldRuns, paused, resumed, sleepCompleted, sleepStarted, started } from '../stream.ts';

test('an open sleep', () => {
  const run = foldRun(started(0), sleepStarted(1, 50, 51), paused(2, 'sleep', 51));
  expect(run.sleeps).toMatchObject([
    { durationMs: 50, startedAt: 1, resumeAt: 51, completedAt: null, completed: false, endReason: null },
  ]);
  expect(run.row).toMatchObject({ status: 'paused', pauseReason: 'sleep', resumeAt: 51 });
});

test('sleep.completed completes the newest open one; a resume alone does not', () => {
  const before = [started(0), sleepStarted(1, 50, 51), paused(2, 'sleep', 51), resumed(52)];
  expect(foldRun(...before).sleeps).toMatchObject([{ completed: false, completedAt: null, endReason: null }]);
  expect(foldRun(...before, sleepCompleted(53)).sleeps).toMatchObject([
    { completed: true, completedAt: 53, endReason: 'completed', durationMs: 50 },
  ]);
});

test('a newer sleep.started supersedes an open one', () => {
  const run = foldRun(started(0), sleepStarted(1, 50, 51), sleepStarted(20, 50, 70), sleepCompleted(71));
  expect(run.sleeps).toMatchObject([
    { startedAt: 1, completed: false, completedAt: 20, endReason: 'superseded' },
    { startedAt: 20, completed: true, completedAt: 71, endReason: 'completed' },
  ]);
});

test('two sleeps that start at one instant are two rows', () => {
  const run = foldRun(started(0), sleepStarted(1, 50, 51), sleepStarted(1, 60, 61));
  expect(run.sleeps.map((sleep) => [sleep.durationMs, sleep.endReason])).toEqual([
    [50, 'superseded'],
    [60, null],
  ]);
});

test('sleep.completed with none open makes no row', () => {
  const run = foldRun(started(0), sleepCompleted(5), sleepStarted(6, 50, 56), sleepCompleted(57), sleepCompleted(58));
  expect(run.sleeps).toMatchObject([{ completedAt: 57 }]);
});

test('sleep.completed does not reach into an earlier run', () => {
  const [first, second] = foldRuns(
    started(0),
    sleepStarted(1, 50, 51),
    paused(2, 'sleep', 51),
    started(100),
    sleepCompleted(101),
  );
  expect(first?.sleeps).toMatchObject([{ completed: false, completedAt: null, endReason: null }]);
  expect(second?.sleeps).toEqual([]);
});
