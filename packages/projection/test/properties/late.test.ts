/**
 * Late events, folded as the worker does: the state before the first of them is folded on in two ways, and what differs
 * between them changes the rows. FOLD_CASES sets the number of cases (1,000).
 */
import type { FoldEvent } from '@wm/events';
import { emptyWorkflow, foldEvents, LateFold } from '@wm/projection';
import type { RowPairs, RunPair, RunState, StepRow } from '@wm/projection';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { actualRun } from '../captured/compare.ts';
import { ev, foldable } from '../stream.ts';
import type { StreamEvent } from '../stream.ts';
import { eventSoup } from './event-soup.ts';

const numRuns = Number(process.env['FOLD_CASES'] ?? 1000);

test('the rows without the late events, changed by what differs, are those of all events', () => {
  const late = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
  const property = fc.property(eventSoup, late, fc.integer({ min: 1, max: 7 }), (soup, isLate, page) => {
    expectRowsOfAll(foldable(soup), isLate, page);
  });
  fc.assert(property, { numRuns });
});

test('so they are where a few events are late and many in order follow, which are folded once for both', () => {
  const late = fc.uniqueArray(fc.nat({ max: 60 }), { minLength: 1, maxLength: 4 });
  const property = fc.property(goingOn, late, fc.integer({ min: 1, max: 5 }), (stream, places, page) => {
    const isLate = stream.map((_event, index) => places.includes(index));
    expectRowsOfAll(foldable(stream), isLate, page);
  });
  fc.assert(property, { numRuns });
});

test('so they are where the list of completed steps is full before the two are one again', () => {
  const steps = (from: number, to: number): StreamEvent[] =>
    Array.from({ length: to - from }, (_, index) => {
      const body = { stepName: `step-${from + index}`, attempt: 1 };
      return [ev('step.started', from + index, body), ev('step.completed', from + index, body)];
    }).flat();
  const pause = [ev('workflow.paused', 599, { reason: 'sleep' }), ev('workflow.resumed', 600)];
  const stream = [ev('workflow.started', 0), ...steps(0, 600), ...pause, ...steps(600, 1_200)];
  const ends = [[], [ev('workflow.completed', 1_200, { completedSteps: [] })]];
  for (const end of ends) {
    const events = foldable([...stream, ...end]);
    const isLate = events.map((_event, index) => index === 6);
    expectRowsOfAll(events, isLate, 100);
  }
});

test('so they are where more is open than the row of the run names', () => {
  const started = Array.from({ length: 300 }, (_, index) =>
    ev('step.started', index, { stepName: `step-${index}`, attempt: 1 }),
  );
  const events = foldable([
    ev('workflow.started', 0),
    ...started,
    ev('step.failed', 300, { stepName: 'step-7', attempt: 1, error: 'boom' }),
    ev('step.started', 300, { stepName: 'step-7', attempt: 2 }),
    ev('step.completed', 300, { stepName: 'step-7', attempt: 2 }),
    ev('workflow.resumed', 301),
    ev('workflow.completed', 302, { completedSteps: [] }),
  ]);
  for (const late of [301, 302, 303]) {
    const isLate = events.map((_event, index) => index === late);
    expectRowsOfAll(events, isLate, 1);
  }
});

test('so they are where a late event makes a step the first of all that was the third', () => {
  const names = ['a', 'b', 'c', 'd'];
  const steps = names.map((stepName, at) => [
    ev('step.started', at, { stepName, attempt: 1 }),
    ev('step.completed', at, { stepName, attempt: 1 }),
  ]);
  const deadline = ev('timeout.set', 0, { stepName: 'c', timeoutMs: 5 });
  const again = ['a', 'd'].map((stepName) => ev('step.started', 5, { stepName, attempt: 2 }));
  for (const more of [[], again]) {
    const events = foldable([ev('workflow.started', 0), deadline, ...steps.flat(), ...more]);
    expectRowsOfAll(events, [false, true, ...events.slice(2).map(() => false)], 1);
  }
});

/** A run in which nearly all attempts end, mostly with steps of their own. */
const goingOn: fc.Arbitrary<StreamEvent[]> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.record({ kind: fc.constant('step'), step: fc.nat({ max: 30 }) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('retry'), step: fc.nat({ max: 6 }) }) },
      { weight: 2, arbitrary: fc.constant({ kind: 'sleep', step: 0 }) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('failed', 'started', 'odd', 'deadline', 'timeout')
          .map((kind) => ({ kind, step: 1 })),
      },
    ),
    { minLength: 20, maxLength: 60, size: 'max' },
  )
  .map((parts) => [
    ev('workflow.started', 0),
    ...parts.flatMap(({ kind, step }, at) => eventsOf(kind, `s${step}`, at)),
  ]);

function eventsOf(kind: string, stepName: string, at: number): StreamEvent[] {
  const body = { stepName, attempt: 1 };
  switch (kind) {
    case 'step':
      return [ev('step.started', at, body), ev('step.completed', at, { ...body, result: at })];
    case 'retry':
      return [
        ev('step.started', at, body),
        ev('retry.scheduled', at, { ...body, delayMs: 1 }),
        ev('workflow.paused', at, { reason: 'retry' }),
        ev('workflow.resumed', at),
        ev('step.started', at, { stepName, attempt: 2 }),
        ev('step.completed', at, { stepName, attempt: 2 }),
      ];
    case 'sleep':
      return [
        ev('sleep.started', at, { durationMs: 1 }),
        ev('workflow.paused', at, { reason: 'sleep' }),
        ev('workflow.resumed', at + 1),
        ev('sleep.completed', at + 1, { durationMs: 1 }),
      ];
    case 'failed':
      return [ev('workflow.failed', at, { error: { message: 'boom' }, completedSteps: ['s1', 's2'] })];
    case 'deadline':
      return [ev('timeout.set', at, { stepName, timeoutMs: 5 })];
    case 'timeout':
      return [ev('timeout.set', at, { stepName, timeoutMs: 5 }), ev('timeout.exceeded', at, { stepName })];
    default:
      return [ev(kind === 'started' ? 'workflow.started' : 'odd.news', at)];
  }
}

function expectRowsOfAll(events: readonly FoldEvent[], isLate: readonly boolean[], page: number): void {
  const rows = foldWhole(events.filter((_event, index) => isLate[index] === false));
  for (const pair of pairsOf(events, isLate, page)) applyPair(rows, pair);
  const expected = foldWhole(events);
  expect(rows.toSorted((a, b) => a.row.run - b.row.run).map(actualRun)).toEqual(expected.map(actualRun));
}

function foldWhole(events: readonly FoldEvent[]): RunState[] {
  return foldEvents(emptyWorkflow(), structuredClone([...events])).runs;
}

/** @param page events that are folded at a time */
function pairsOf(events: readonly FoldEvent[], isLate: readonly boolean[], page: number): RunPair[] {
  const fold = new LateFold(1);
  const all = structuredClone([...events]).map((event, index) => ({ event, isLate: isLate[index] === true }));
  for (let start = 0; start < all.length; start += page) fold.fold(all.slice(start, start + page));
  return fold.pairs();
}

function applyPair(rows: RunState[], pair: RunPair): void {
  const index = rows.findIndex(({ row }) => row.run === pair.run);
  if (pair.after === undefined) {
    rows.splice(index, 1);
    return;
  }
  const stored = rows[index];
  if (stored === undefined) {
    rows.push(pair.after);
    return;
  }
  const { before, after } = pair.allSteps();
  expect(before.toSorted(byOrder)).toEqual([...stored.steps.values()].toSorted(byOrder));
  expect(stored.row).toEqual(pair.before?.row);
  stored.row = pair.after.row;
  for (const place of pair.places) move(stored.steps.get(place.before.stepName), place.after);
  applyRows(stored.steps, pair.steps);
  applyRows(stored.attempts, pair.attempts);
  applyRows(stored.sleeps, pair.sleeps);
  expect(after.toSorted(byOrder)).toEqual([...stored.steps.values()].toSorted(byOrder));
}

/** Places move by themselves, see `move`. */
function placeless<Row>(row: Row | undefined): Row | undefined {
  return row === undefined ? row : { ...row, executionOrder: 0 };
}

function byOrder(a: StepRow, b: StepRow): number {
  return a.executionOrder - b.executionOrder;
}

function move(step: StepRow | undefined, { executionOrder }: StepRow): void {
  if (step !== undefined) step.executionOrder = executionOrder;
}

function applyRows<Row>(stored: Map<string, Row>, pairs: RowPairs<Row>): void {
  for (const { key, before, after } of pairs) {
    expect(placeless(stored.get(key))).toEqual(placeless(before));
    if (after === undefined) stored.delete(key);
    else stored.set(key, after);
  }
}
