/**
 * The fold over streams in the client's own sequences, scenario by scenario. FOLD_CASES sets the number of cases of each
 * property (1,000).
 */
import { comparePositions } from '@wm/events';
import type { FoldEvent } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import { deliver, eventsOf, createRandom, planWorkflow, scenarios } from '@wm/simulator';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actualRun } from '../captured/compare.ts';
import { capturedFoldEvent } from '../captured/requests.ts';
import type { CapturedEvent } from '../captured/requests.ts';
import { drain } from './row-store.ts';
import type { StoredRuns } from './row-store.ts';

const numRuns = Number(process.env['FOLD_CASES'] ?? 1000);
const START_AT = Date.UTC(2026, 0, 1);

/** The workflow events of one simulated execution, sorted and each once; `lostShare` of its batches never arrived. */
function simulated(scenario: string, seed: number, lostShare: number): FoldEvent[] {
  const { slices } = planWorkflow(seed, { startAt: START_AT, scenario, small: true });
  const flushAt = 1 + (seed % 7);
  const arrived = eventsOf(deliver(slices, createRandom('delivery', seed), { flushAt, lostShare }));
  const once = new Map((arrived as CapturedEvent[]).map((event) => [event.eventId, event]));
  return [...once.values()]
    .filter((event) => event.workflowId !== undefined)
    .map(capturedFoldEvent)
    .sort(comparePositions);
}

const scenarioName = fc.constantFrom(...scenarios.map((scenario) => scenario.name));
const seed = fc.nat({ max: 1_000_000 });

test('drained in any split, batches lost or not, the rows are those of the whole', () => {
  const splits = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 });
  const property = fc.property(scenarioName, seed, fc.constantFrom(0, 0.2), splits, (name, number, lost, sizes) => {
    const events = simulated(name, number, lost);
    const stored: StoredRuns = [];
    for (let from = 0, turn = 0; from < events.length; turn += 1) {
      const size = sizes[turn % sizes.length]!;
      drain(stored, events.slice(from, from + size));
      from += size;
    }
    const whole = foldEvents(emptyWorkflow(), simulated(name, number, lost));
    expect(stored.map(actualRun)).toEqual(whole.runs.map(actualRun));
  });
  fc.assert(property, { numRuns });
});

describe('what each scenario comes to, seen whole', () => {
  /** The status of each run, oldest first. Scenarios of jobs make no run; `nonsense` may come to anything. */
  const ENDS: Record<string, string[]> = {
    success: ['completed'],
    'success without steps': ['completed'],
    'success with an odd input': ['completed'],
    'success with a huge input': ['completed'],
    'long run': ['completed'],
    queued: ['completed'],
    'cancelled while running': ['cancelled'],
    'cancelled while paused': ['paused'],
    'cancelled while queued': ['queued'],
    'parallel steps': ['completed'],
    'parallel steps, one retries': ['completed'],
    'retry, then success': ['completed'],
    'retry that is already due': ['completed'],
    'retries exhausted': ['failed'],
    'retries exhausted by time': ['failed'],
    'retries exhausted, caught': ['completed'],
    'no retry configured': ['failed'],
    'failure without a message': ['failed'],
    'caught failure': ['completed'],
    'caught failure before a sleep': ['completed'],
    'defect inside a step': ['failed'],
    'timeout not reached': ['completed'],
    'timeout in flight': ['failed'],
    'timeout found on retry': ['failed'],
    'timeout exceeded, then retried': ['completed'],
    sleep: ['completed'],
    'sleep twice': ['completed'],
    'asleep for thirty days': ['paused'],
    'slept for thirty days': ['completed'],
    'woken early': ['completed'],
    'crash recovery, start lost': ['completed'],
    'crash recovery, slice lost': ['completed'],
    'same id run again': ['completed', 'completed'],
    'same id run again after a failure': ['failed', 'completed'],
    'same id run again after a silent cancel': ['paused', 'completed'],
    'retry and sleep in turn': ['completed'],
    'old client, success': ['completed'],
    'old client, retry': ['completed'],
    'old client, failure': ['failed'],
    'unknown event types': ['completed'],
    'debounce job': [],
    'debounce job that fails': [],
    'task job': [],
    'continuous job': [],
  };
  const told = scenarios.map((scenario) => scenario.name).filter((name) => name !== 'nonsense');

  test('every scenario has its expectation', () => {
    expect(told.toSorted()).toEqual(Object.keys(ENDS).toSorted());
  });

  test.each(told)('%s', (name) => {
    for (let number = 0; number < 20; number += 1) {
      const { runs } = foldEvents(emptyWorkflow(), simulated(name, number, 0));
      expect(runs.map(({ row }) => row.status)).toEqual(ENDS[name]);
      // The client's own sequences make sense; where they miss something, the scenario says so in its name.
      expect(runs.flatMap(({ row }) => row.anomalies)).toEqual([]);
      for (const { row, steps } of runs) {
        expect(row.retryCount).toBe([...steps.values()].reduce((sum, step) => sum + step.retryCount, 0));
      }
      expect(runs.some(({ row }) => row.gaps.length > 0)).toBe(/lost|silent/.test(name));
    }
  });
});
