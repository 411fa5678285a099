/**
 * Late events, folded as the worker does: the state before the first of them is folded on in two ways, and what differs
 * between them changes the rows. FOLD_CASES sets the number of cases (1,000).
 */
import type { FoldEvent } from '@wm/events';
import { compareForks, emptyWorkflow, foldEvents, Fork } from '@wm/projection';
import type { RowPairs, RunPair, RunState, StepRow } from '@wm/projection';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { actualRun } from '../captured/compare.ts';
import { foldable } from '../stream.ts';
import { eventSoup } from './event-soup.ts';

const numRuns = Number(process.env['FOLD_CASES'] ?? 1000);

test('the rows without the late events, changed by what differs, are those of all events', () => {
  const late = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
  const property = fc.property(eventSoup, late, fc.integer({ min: 1, max: 7 }), (soup, isLate, page) => {
    const events = foldable(soup);
    const inTime = events.filter((_event, index) => isLate[index] === false);
    const rows = foldWhole(inTime);
    for (const pair of pairsOf(events, isLate, page)) applyPair(rows, pair);
    const expected = foldWhole(events);
    expect(rows.toSorted((a, b) => a.row.run - b.row.run).map(actualRun)).toEqual(expected.map(actualRun));
  });
  fc.assert(property, { numRuns });
});

function foldWhole(events: readonly FoldEvent[]): RunState[] {
  return foldEvents(emptyWorkflow(), structuredClone([...events])).runs;
}

/** @param page events that are folded at a time */
function pairsOf(events: readonly FoldEvent[], isLate: readonly boolean[], page: number): RunPair[] {
  const first = isLate.slice(0, events.length).indexOf(true);
  if (first === -1) return [];
  const from = foldEvents(emptyWorkflow(), structuredClone(events.slice(0, first)));
  const before = new Fork(from);
  const after = new Fork(from);
  for (let start = first; start < events.length; start += page) {
    const piece = events.slice(start, start + page);
    before.fold(piece.filter((_event, index) => isLate[start + index] === false));
    after.fold(piece);
  }
  return compareForks(from, before, after);
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
  stored.row = pair.after.row;
  for (const { before, after } of pair.places) move(stored.steps.get(before.stepName), after);
  applyRows(stored.steps, pair.steps);
  applyRows(stored.attempts, pair.attempts);
  applyRows(stored.sleeps, pair.sleeps);
}

function move(step: StepRow | undefined, { executionOrder }: StepRow): void {
  if (step !== undefined) step.executionOrder = executionOrder;
}

function applyRows<Row>(stored: Map<string, Row>, pairs: RowPairs<Row>): void {
  for (const { key, before, after } of pairs) {
    expect(stored.has(key)).toBe(before !== undefined);
    if (after === undefined) stored.delete(key);
    else stored.set(key, after);
  }
}
