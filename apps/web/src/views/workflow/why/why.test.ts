import { expect, test } from 'vitest';
import type { Event, Span, StepState, WorkflowState } from '@wm/client';
import { fieldsThen, stepsThen } from './state-diff.ts';
import { stopsOfEvents, stopsOfSpans } from './stops.ts';

const at = (second: number): string => `2026-11-23T10:00:0${second}.000Z`;

function span(parts: Partial<Span>): Span {
  return {
    kind: 'attempt',
    stepName: 'charge',
    attempt: 1,
    startedAt: at(1),
    endedAt: at(2),
    outcome: 'failure',
    inferred: false,
    startEventId: 'b',
    endEventId: 'c',
    ...parts,
  };
}

test('a large run stops where something begins or ends, once for each event, in order', () => {
  const spans = [
    span({}),
    span({ kind: 'retry_wait', startedAt: at(2), endedAt: null, startEventId: 'c', endEventId: null }),
  ];
  expect(
    stopsOfSpans(spans, { firstEventId: 'a', firstEventAt: at(0), lastEventId: 'd', lastEventAt: at(3) }).map(
      ({ id, words }) => [id, words],
    ),
  ).toEqual([
    ['a', 'the first event'],
    ['b', 'charge, attempt 1 begins'],
    ['c', 'charge, attempt 1 ends: failure'],
    ['d', 'the newest event'],
  ]);
});

test('an event that no fold takes makes no stop', () => {
  const event = {
    id: 'a',
    type: 'step.started',
    timestamp: at(1),
    processed: true,
    processingError: null,
    payload: { stepName: 'charge' },
  };
  const refused = { ...event, id: 'b', processingError: 'refused' };
  const stops = stopsOfEvents([event, refused] as unknown as Event[]);
  expect(stops).toEqual([{ id: 'a', at: Date.parse(at(1)), words: 'step.started charge' }]);
});

const STATE = {
  status: 'running',
  startedAt: at(1),
  runningSteps: ['charge'],
  gaps: [],
  retryCount: 0,
} as unknown as WorkflowState;

test('what an event changed is told with what was there before', () => {
  const after = { ...STATE, status: 'paused' as const, runningSteps: [] };
  const changed = fieldsThen(after, STATE).filter((field) => field.changed);
  expect(changed).toEqual([
    { field: 'status', value: 'paused', before: 'running', changed: true },
    { field: 'runningSteps', value: [], before: ['charge'], changed: true },
  ]);
});

test('of the first event everything is new, and of an unknown past nothing', () => {
  expect(fieldsThen(STATE, null).find(({ field }) => field === 'status')!.changed).toBe(true);
  expect(fieldsThen(STATE, undefined).some(({ changed }) => changed)).toBe(false);
});

test('a step that was not there before is marked', () => {
  const step = { stepName: 'charge', status: 'running', attempts: [] } as unknown as StepState;
  expect(stepsThen([step], []).map(({ changed }) => changed)).toEqual([true]);
  expect(stepsThen([step], [step]).map(({ changed }) => changed)).toEqual([false]);
  expect(stepsThen([step], [{ ...step, status: 'pending' }]).map(({ changed }) => changed)).toEqual([true]);
});
