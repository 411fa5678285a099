/** Rule 11: where one run of an id ends and the next begins. */
import { describe, expect, test } from 'vitest';
import {
  cancelled,
  completed,
  ev,
  failed,
  foldRun,
  foldRuns,
  paused,
  queued,
  resumed,
  sleepStarted,
  started,
  stepCompleted,
  stepStarted,
} from '../stream.ts';

describe('one run', () => {
  test('queued, then started', () => {
    const waiting = foldRun(queued(1));
    expect(waiting.row).toMatchObject({ run: 1, latest: true, status: 'queued', queuedAt: 1, startedAt: null });
    expect(waiting.row.gaps).toEqual([]);
    const run = foldRun(queued(1), started(5));
    expect(run.row).toMatchObject({ run: 1, status: 'running', queuedAt: 1, startedAt: 5, gaps: [] });
  });

  test('events after its terminal belong to it', () => {
    const run = foldRun(started(0), stepStarted(1, 'a'), completed(5, 'a'), stepCompleted(6, 'a'), ev('odd.news', 7));
    expect(run.row).toMatchObject({ run: 1, eventCount: 5, status: 'completed' });
  });
});

describe('a new run begins', () => {
  test('with workflow.started after a terminal', () => {
    const [first, second, ...more] = foldRuns(started(0), completed(5), started(10), failed(15, 'boom'));
    expect(more).toEqual([]);
    expect(first?.row).toMatchObject({ run: 1, latest: false, status: 'completed', durationMs: 5, gaps: [] });
    expect(second?.row).toMatchObject({ run: 2, latest: true, status: 'failed', durationMs: 5, gaps: [] });
  });

  test('with workflow.queued after anything at all, another workflow.queued included', () => {
    const runs = foldRuns(queued(1), queued(2), started(3), queued(4));
    expect(runs.map(({ row }) => [row.run, row.status, row.queuedAt, row.startedAt, row.latest])).toEqual([
      [1, 'queued', 1, null, false],
      [2, 'running', 2, 3, false],
      [3, 'queued', 4, null, true],
    ]);
    expect(runs.map(({ row }) => row.gaps)).toEqual([['end'], ['end'], []]);
  });

  test('with a workflow.started that comes after children: their run had none', () => {
    const [first, second] = foldRuns(stepStarted(1, 'a'), started(2), stepStarted(3, 'b'));
    expect(first?.row).toMatchObject({ status: 'running', startedAt: null, latest: false });
    expect(first?.row.gaps.toSorted()).toEqual(['end', 'start']);
    expect(second?.row).toMatchObject({ run: 2, startedAt: 2, currentStep: 'b', gaps: [] });
    expect(second?.steps.map((step) => step.stepName)).toEqual(['b']);
  });

  test('after a silent cancel: the old run keeps its last state and is not the latest', () => {
    const [first, second] = foldRuns(
      started(0),
      sleepStarted(1, 50, 51),
      paused(2, 'sleep', 51),
      started(1000),
      completed(1010),
    );
    expect(first?.row).toMatchObject({
      latest: false,
      status: 'paused',
      pauseReason: 'sleep',
      resumeAt: 51,
      durationMs: null,
      gaps: ['end'],
    });
    expect(second?.row).toMatchObject({ run: 2, latest: true, status: 'completed', durationMs: 10, sleepingMs: 0 });
  });

  test('and steps of the same name are told apart by run', () => {
    const [first, second] = foldRuns(
      started(0),
      stepStarted(1, 'a'),
      stepCompleted(2, 'a'),
      completed(3, 'a'),
      started(10),
      stepStarted(12, 'a'),
    );
    expect(first?.step('a')).toMatchObject({ status: 'completed', startedAt: 1 });
    expect(second?.step('a')).toMatchObject({ status: 'running', startedAt: 12, executionOrder: 1 });
    expect(second?.row.completedSteps).toEqual([]);
  });
});

describe('workflow.resumed after a terminal', () => {
  test('alone is an anomaly of the run that ended', () => {
    const run = foldRun(started(0), completed(5), resumed(9));
    expect(run.row).toMatchObject({ status: 'completed', durationMs: 5, eventCount: 3, gaps: [] });
    expect(run.row.anomalies).not.toEqual([]);
  });

  test.each([
    ['a step', stepStarted(10, 'a'), 'running'],
    ['a sleep', sleepStarted(10, 50, 60), 'running'],
    ['a retry', ev('retry.exhausted', 10, { stepName: 'a', attempts: 2 }), 'running'],
    ['a pause', paused(10, 'sleep', 60), 'paused'],
    ['a terminal', cancelled(10, 'enough'), 'cancelled'],
  ])('followed by %s begins a run without a start', (_what, life, status) => {
    const [first, second, ...more] = foldRuns(started(0), completed(5), resumed(9), life);
    expect(more).toEqual([]);
    expect(first?.row).toMatchObject({ status: 'completed', eventCount: 2, latest: false, gaps: [], anomalies: [] });
    expect(second?.row).toMatchObject({ run: 2, status, eventCount: 2, latest: true, startedAt: null });
    expect(second?.row.gaps).toContain('start');
  });

  test('followed by another resume and then life: one run, from the first resume', () => {
    const [first, second, ...more] = foldRuns(started(0), completed(5), resumed(9), resumed(10), stepStarted(11, 'a'));
    expect(more).toEqual([]);
    expect(first?.row).toMatchObject({ eventCount: 2, anomalies: [] });
    expect(second?.row).toMatchObject({ eventCount: 3, status: 'running', currentStep: 'a' });
  });

  test.each([
    ['workflow.started', started(20)],
    ['workflow.queued', queued(20)],
  ])('followed by %s stays with the run that ended', (_what, next) => {
    const [first, second, ...more] = foldRuns(started(0), completed(5), resumed(9), next);
    expect(more).toEqual([]);
    expect(first?.row).toMatchObject({ status: 'completed', eventCount: 3 });
    expect(first?.row.anomalies).not.toEqual([]);
    expect(second?.row).toMatchObject({ run: 2, eventCount: 1, gaps: [] });
  });

  test('followed by an event of an unknown type alone begins none', () => {
    const run = foldRun(started(0), completed(5), resumed(9), ev('odd.news', 10));
    expect(run.row).toMatchObject({ status: 'completed', eventCount: 4 });
  });
});
