/** Rules 12, 14 and 15: runs of which the start is not known, unknown events, names that mean something to JavaScript. */
import { describe, expect, test } from 'vitest';
import {
  completed,
  ev,
  exhausted,
  foldRun,
  paused,
  queued,
  resumed,
  retryScheduled,
  sleepCompleted,
  sleepStarted,
  started,
  stepCompleted,
  stepFailed,
  stepStarted,
  timeoutExceeded,
  timeoutSet,
} from '../stream.ts';

const life = [
  stepStarted(7, 'a'),
  stepCompleted(7, 'a'),
  stepFailed(7, 'a', 1, 'boom'),
  retryScheduled(7, 'a', 1, 5, 12),
  exhausted(7, 'a', 2),
  sleepStarted(7, 5, 12),
  sleepCompleted(7),
  timeoutSet(7, 'a', 5),
  timeoutExceeded(7, 'a', 5),
  resumed(7),
].map((event) => [event.type, event] as const);

describe('a run without workflow.started', () => {
  test.each(life)('%s makes it, running, its start missing', (_type, event) => {
    const run = foldRun(event);
    expect(run.row).toMatchObject({
      run: 1,
      latest: true,
      workflowName: 'flow',
      executionId: 'exec-1',
      status: 'running',
      startedAt: null,
      sortAt: 7,
      eventCount: 1,
    });
    expect(run.row.gaps).toContain('start');
  });

  test('a pause makes it, paused', () => {
    const run = foldRun(paused(7, 'retry', 20, 'a'));
    expect(run.row).toMatchObject({ status: 'paused', pauseReason: 'retry', resumeAt: 20, gaps: ['start'] });
  });

  test('a terminal makes it, ended, its duration unknown', () => {
    const run = foldRun(completed(7));
    expect(run.row).toMatchObject({ status: 'completed', completedAt: 7, durationMs: null, gaps: ['start'] });
  });

  test('an unknown type makes it, pending', () => {
    const run = foldRun(ev('workflow.promoted', 7, { to: 'boss' }));
    expect(run.row).toMatchObject({ status: 'pending', startedAt: null, eventCount: 1, gaps: ['start'] });
    expect(run.steps).toEqual([]);
  });

  test('an event that lacks the name of its step is unknown too', () => {
    const run = foldRun(ev('step.started', 7, { attempt: 1 }), ev('step.started', 8, { stepName: '', attempt: 1 }));
    expect(run.row).toMatchObject({ status: 'pending', eventCount: 2 });
    expect(run.steps).toEqual([]);
  });
});

describe('signs of life', () => {
  test.each(life)('%s makes a queued run running', (_type, event) => {
    expect(foldRun(queued(1), event).row).toMatchObject({ status: 'running', queuedAt: 1, startedAt: null });
  });

  test.each(life.filter(([type]) => type !== 'workflow.resumed'))('%s leaves a paused run paused', (_type, event) => {
    expect(foldRun(started(0), paused(1, 'sleep', 50), event).row).toMatchObject({
      status: 'paused',
      pauseReason: 'sleep',
      resumeAt: 50,
    });
  });

  test('a queued run that shows life without its start has a gap', () => {
    expect(foldRun(queued(1), stepStarted(2, 'a')).row.gaps).toEqual(['start']);
  });

  test('an unknown type changes no status', () => {
    expect(foldRun(queued(1), ev('workflow.promoted', 7)).row).toMatchObject({ status: 'queued', eventCount: 2 });
    expect(foldRun(started(0), paused(1, 'sleep', 50), ev('sleep.deepened', 7)).row.status).toBe('paused');
  });
});

describe('what sorts a run', () => {
  test('its start, else its queueing, else its first event', () => {
    expect(foldRun(queued(1), started(5)).row.sortAt).toBe(5);
    expect(foldRun(queued(1), stepStarted(5, 'a')).row.sortAt).toBe(1);
    expect(foldRun(stepStarted(5, 'a'), stepCompleted(6, 'a')).row.sortAt).toBe(5);
  });
});

describe('names', () => {
  test.each(['__proto__', 'constructor', 'hasOwnProperty', '1:a', ' ', 'é', '💥'.repeat(3)])('step "%s"', (name) => {
    const run = foldRun(started(0), stepStarted(1, name), stepCompleted(3, name), completed(4, name));
    expect(run.steps.map((step) => step.stepName)).toEqual([name]);
    expect(run.attempt(name, 1)).toMatchObject({ result: 'success', durationMs: 2 });
    expect(run.row).toMatchObject({ completedSteps: [name], gaps: [] });
  });

  test('steps and attempts whose names could be mixed up stay apart', () => {
    const run = foldRun(started(0), stepStarted(1, '1:a', 1), stepStarted(2, 'a', 1), stepStarted(3, '1:1:a', 1));
    expect(run.row.runningSteps).toEqual(['1:a', 'a', '1:1:a']);
    expect(run.attempts('a')).toHaveLength(1);
  });
});

test('the watermark and the first event are positions of folded events', () => {
  const run = foldRun(started(3), stepStarted(9, 'a'), ev('odd.news', 9));
  expect(run.row).toMatchObject({
    firstEvent: { at: 3, id: '00000000-0000-7000-8000-000000000001' },
    lastEvent: { at: 9, id: '00000000-0000-7000-8000-000000000003' },
  });
});
