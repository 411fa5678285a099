/** What must hold of the fold whatever it is fed. FOLD_CASES sets the number of cases of each property (1,000). */
import type { FoldEvent } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import type { RunState } from '@wm/projection';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actualRun } from '../captured/compare.ts';
import { foldable, view } from '../stream.ts';
import type { RunView } from '../stream.ts';
import { eventSoup } from './event-soup.ts';
import { drain } from './row-store.ts';
import type { StoredRuns } from './row-store.ts';

const numRuns = Number(process.env['FOLD_CASES'] ?? 1000);
/** Where a stream is cut: for each event, whether a drain ends after it. */
const cuts = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });

function foldWhole(events: readonly FoldEvent[]): RunState[] {
  return foldEvents(emptyWorkflow(), structuredClone([...events])).runs;
}

function pieces(events: readonly FoldEvent[], ends: readonly boolean[]): FoldEvent[][] {
  const result: FoldEvent[][] = [[]];
  events.forEach((event, index) => {
    result.at(-1)!.push(event);
    if (ends[index] === true) result.push([]);
  });
  return result.filter((piece) => piece.length > 0);
}

describe('in any split', () => {
  test('with the state handed on, the rows are those of the whole', () => {
    const property = fc.property(eventSoup, cuts, (soup, ends) => {
      const events = foldable(soup);
      let state = emptyWorkflow();
      for (const piece of pieces(events, ends)) state = foldEvents(state, piece);
      expect(state.runs.map(actualRun)).toEqual(foldWhole(events).map(actualRun));
    });
    fc.assert(property, { numRuns });
  });

  test('with only the changed rows written and only the needed ones loaded, the rows are those of the whole', () => {
    const property = fc.property(eventSoup, cuts, (soup, ends) => {
      const events = foldable(soup);
      const stored: StoredRuns = [];
      for (const piece of pieces(events, ends)) drain(stored, piece);
      expect(stored.map(actualRun)).toEqual(foldWhole(events).map(actualRun));
    });
    fc.assert(property, { numRuns });
  });

  test('the same event by event', () => {
    const property = fc.property(eventSoup, (soup) => {
      const events = foldable(soup);
      const stored: StoredRuns = [];
      for (const event of events) drain(stored, [event]);
      expect(stored.map(actualRun)).toEqual(foldWhole(events).map(actualRun));
    });
    fc.assert(property, { numRuns });
  });
});

describe('of every run', () => {
  function holdsFor(check: (run: RunView, runs: RunView[], events: FoldEvent[]) => void): void {
    const property = fc.property(eventSoup, (soup) => {
      const events = foldable(soup);
      const runs = foldWhole(events).map(view);
      for (const run of runs) check(run, runs, events);
    });
    fc.assert(property, { numRuns });
  }
  const ended = (run: RunView) => ['completed', 'failed', 'cancelled'].includes(run.row.status);

  test('numbers rise from 1, only the newest is the latest, every event counts once', () => {
    holdsFor((run, runs, events) => {
      expect(runs.map(({ row }) => row.run)).toEqual(runs.map((_run, index) => index + 1));
      expect(run.row.latest).toBe(run === runs.at(-1));
      expect(runs.reduce((sum, { row }) => sum + row.eventCount, 0)).toBe(events.length);
    });
  });

  test('the gap end is that of a run without terminal that another followed', () => {
    holdsFor((run) => expect(run.row.gaps.includes('end')).toBe(!run.row.latest && !ended(run)));
  });

  test('nothing is open in one that ended', () => {
    holdsFor((run) => {
      if (!ended(run)) return;
      expect(run.row).toMatchObject({ currentStep: null, runningSteps: [], pauseReason: null, resumeAt: null });
      for (const step of run.steps) expect(['completed', 'failed', 'interrupted']).toContain(step.status);
      for (const step of run.steps) {
        for (const attempt of run.attempts(step.stepName)) expect(attempt.result).not.toBe('running');
      }
      for (const sleep of run.sleeps) expect(sleep.endReason).not.toBeNull();
    });
  });

  test('times add up', () => {
    holdsFor(({ row }) => {
      const { durationMs, activeMs, sleepingMs, retryWaitMs } = row;
      expect(Math.min(sleepingMs, retryWaitMs)).toBeGreaterThanOrEqual(0);
      expect(durationMs !== null && row.startedAt === null).toBe(false);
      expect(activeMs).toBe(durationMs === null ? null : durationMs - sleepingMs - retryWaitMs);
    });
  });

  test('completed is only said of a sleep that its sleep.completed ended', () => {
    holdsFor((run) => {
      for (const sleep of run.sleeps) {
        expect(sleep.completed).toBe(sleep.endReason === 'completed');
        expect(sleep.completedAt === null).toBe(sleep.endReason === null);
      }
    });
  });

  test('a step that completed is listed, and one that is only inferred leaves a gap', () => {
    holdsFor((run) => {
      const completed = run.steps.filter((step) => step.status === 'completed').map((step) => step.stepName);
      expect(run.row.completedSteps).toEqual(expect.arrayContaining(completed));
      expect(run.row.completedStepCount).toBe(run.row.completedSteps.length);
      const inferred = run.steps.some((step) => step.status === 'completed' && step.inferred);
      expect(!inferred || run.row.gaps.includes('step')).toBe(true);
    });
  });

  test('a step has as many retries as attempts that a retry followed', () => {
    holdsFor((run) => {
      for (const step of run.steps) {
        const retried = run.attempts(step.stepName).filter((attempt) => attempt.retryScheduled);
        expect(step.retryCount).toBe(retried.length);
      }
    });
  });
});
