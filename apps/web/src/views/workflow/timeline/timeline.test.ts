import { expect, test } from 'vitest';
import type { Span } from '@wm/client';
import { barName, barSpan, rowWords } from './bar-words.ts';
import { buildTimeline, courseOf, extentOf, firstRowIn, foldsByItself, upTo } from './rows.ts';
import { clampView, makeScale, placeOf, ticksOf, timeAt, zoomView } from './scale.ts';

const T0 = Date.parse('2026-11-23T10:00:00.000Z');
const HOUR = 3_600_000;
const at = (ms: number): string => new Date(T0 + ms).toISOString();

function span(kind: Span['kind'], from: number | null, to: number | null, parts: Partial<Span> = {}): Span {
  return {
    kind,
    stepName: kind === 'sleep' || kind === 'pause' ? null : 'charge',
    attempt: kind === 'attempt' ? 1 : null,
    startedAt: from === null ? null : at(from),
    endedAt: to === null ? null : at(to),
    outcome: null,
    inferred: false,
    startEventId: null,
    endEventId: null,
    ...parts,
  };
}

const SPANS = [
  span('step', 100, 900, { outcome: 'completed' }),
  span('attempt', 100, 200, { outcome: 'failure' }),
  span('retry_wait', 200, 700),
  span('pause', 210, 690, { outcome: 'retry' }),
  span('attempt', 700, 900, { attempt: 2, outcome: 'success' }),
  span('sleep', 950, null),
];

test('what happened in a step is one row, in order, the step itself first', () => {
  const timeline = buildTimeline(SPANS, T0, T0 + 1_000);
  expect(timeline.rows.map(({ label, outcome }) => [label, outcome])).toEqual([
    ['charge', 'completed'],
    ['sleep', null],
  ]);
  expect(timeline.rows[0]!.bars.map(({ kind }) => kind)).toEqual(['step', 'attempt', 'retry_wait', 'attempt']);
  expect(timeline.failures).toEqual([T0 + 200]);
  expect(timeline.attempts).toBe(2);
});

test('a step of which only the end arrived keeps its row and says so', () => {
  const { rows } = buildTimeline([span('step', null, 500, { inferred: true, outcome: 'completed' })], T0, T0 + 1_000);
  expect(rows[0]!.inferred).toBe(true);
  expect(barSpan(rows[0]!.bars[0]!, null, String)).toBe(`start never arrived – ${T0 + 500}`);
  expect(barName(rows[0]!.bars[0]!)).toBe('the step, completed, concluded, not reported');
});

test('what goes on is drawn to the present, without new rows', () => {
  const timeline = buildTimeline([span('pause', 100, null, { outcome: 'sleep' })], T0, T0 + 200);
  const now = upTo(timeline, T0 + 5_000);
  expect([now.end, now.pauses[0]!.to]).toEqual([T0 + 5_000, T0 + 5_000]);
  expect(now.rows).toBe(timeline.rows);
  expect(foldsByItself(now)).toBe(true);
});

test('a row is told in words, its attempts with their times', () => {
  const { rows } = buildTimeline(SPANS, T0, T0 + 1_000);
  const words = rowWords(rows[0]!, null, (time) => `+${time - T0}`);
  expect(words).toBe('attempt 1: failure, +100 – +200 (100 ms); attempt 2: success, +700 – +900 (200 ms)');
  expect(barSpan(rows[1]!.bars[0]!, { now: T0 + 1_950 }, (time) => `+${time - T0}`)).toBe('+950 – now (1.0 s)');
});

test('unfolded, a place is the time since the start', () => {
  const scale = makeScale(T0, T0 + 1_000, []);
  expect(scale.length).toBe(1_000);
  expect(placeOf(scale, T0 + 250)).toBe(250);
  expect(placeOf(scale, T0 + 5_000)).toBe(5_000);
  expect(timeAt(scale, 250)).toBe(T0 + 250);
});

test('a folded wait is a short mark, and places still lead back to times', () => {
  const scale = makeScale(T0, T0 + 30 * 24 * HOUR, [{ from: T0 + 1_000, to: T0 + 30 * 24 * HOUR - 1_000 }]);
  expect(scale.length).toBeLessThan(2_500);
  for (const time of [T0, T0 + 999, T0 + 15 * 24 * HOUR, T0 + 30 * 24 * HOUR - 500])
    expect(timeAt(scale, placeOf(scale, time))).toBeCloseTo(time, 0);
  expect(placeOf(scale, T0 + 500)).toBe(500);
});

test('places rise with time however many waits there are', () => {
  const waits = Array.from({ length: 500 }, (_, nth) => ({ from: T0 + nth * 100 + 20, to: T0 + nth * 100 + 90 }));
  const scale = makeScale(T0, T0 + 50_000, waits);
  let before = -1;
  for (let ms = 0; ms <= 50_000; ms += 7) {
    const place = placeOf(scale, T0 + ms);
    expect(place).toBeGreaterThan(before);
    before = place;
  }
  expect(scale.length).toBeLessThan(50_000);
});

test('a view stays inside of the run and no closer than makes sense', () => {
  expect(clampView({ from: -50, length: 100 }, 1_000)).toEqual({ from: 0, length: 100 });
  expect(clampView({ from: 990, length: 100 }, 1_000)).toEqual({ from: 900, length: 100 });
  expect(clampView({ from: 0, length: 0.01 }, 1_000).length).toBe(5);
  const closer = zoomView({ from: 0, length: 1_000 }, 0.5, 250, 1_000);
  expect(closer).toEqual({ from: 125, length: 500 });
});

test('the axis writes round times of the zone, as many as there is room for', () => {
  const scale = makeScale(T0, T0 + 10_000, []);
  const { step, ticks } = ticksOf(scale, { from: 0, length: 10_000 }, 900, 0);
  expect(step).toBe(1_000);
  expect(ticks.map(({ place }) => place)).toEqual([
    0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000,
  ]);
  const days = makeScale(T0, T0 + 4 * 24 * HOUR, []);
  const inZone = ticksOf(days, { from: 0, length: days.length }, 20 * HOUR, 5.5 * HOUR);
  for (const { time } of inZone.ticks) expect((time + 5.5 * HOUR) % (24 * HOUR)).toBe(0);
});

test('a folded wait has no times written in it', () => {
  const scale = makeScale(T0, T0 + HOUR, [{ from: T0 + 10_000, to: T0 + HOUR - 10_000 }]);
  const { ticks } = ticksOf(scale, { from: 0, length: scale.length }, 1_000, 0);
  expect(ticks.length).toBeGreaterThan(10);
  for (const { time } of ticks) expect(time <= T0 + 10_000 || time >= T0 + HOUR - 10_000).toBe(true);
});

test('the strip tells what each part of a run was mostly, and where attempts failed', () => {
  const timeline = buildTimeline(SPANS.slice(0, 5), T0, T0 + 1_000);
  const course = courseOf(timeline, (time) => time - T0, 1_000, 10);
  expect(course.segments.map(({ parts, was }) => [parts, was])).toEqual([
    [2, 'active'],
    [5, 'retry'],
    [3, 'active'],
  ]);
  expect(course.failed).toEqual([2]);
});

test('rows are found by the stretch of time they lie in', () => {
  const { rows } = buildTimeline(SPANS, T0, T0 + 1_000);
  expect(extentOf(rows[0]!)).toEqual({ from: T0 + 100, to: T0 + 900 });
  expect(extentOf(rows[1]!)).toEqual({ from: T0 + 950, to: Infinity });
  expect(firstRowIn(rows, { from: T0 + 920, to: T0 + 1_000 })).toBe(1);
  expect(firstRowIn(rows, { from: T0, to: T0 + 50 })).toBe(-1);
});
