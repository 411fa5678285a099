/** What the timeline draws: one row for each step and each sleep. Pure. */
import type { Span } from '@wm/client';
import type { Stretch } from './scale.ts';

export interface Bar {
  kind: 'step' | 'attempt' | 'retry_wait' | 'sleep';
  /** ms; null: the start never arrived. */
  from: number | null;
  /** ms; null: it goes on, or its end is not known. */
  to: number | null;
  outcome: string | null;
  inferred: boolean;
  attempt: number | null;
  startEventId: string | null;
  endEventId: string | null;
}

export interface Row {
  key: string;
  /** null: a sleep. */
  stepName: string | null;
  label: string;
  /** Of the step; of a sleep what ended it. */
  outcome: string | null;
  inferred: boolean;
  /** The step itself first, then what happened in it, in order. */
  bars: Bar[];
}

interface Pause extends Stretch {
  reason: string | null;
}

export interface Timeline {
  rows: Row[];
  /** In order. Only the last can go on: it ends at Infinity. */
  pauses: Pause[];
  /** When attempts failed. */
  failures: number[];
  start: number;
  end: number;
  attempts: number;
}

/**
 * @param began ms; where the run is known to begin, or its first event
 * @param ended ms; its newest event, where it goes on
 */
export function buildTimeline(spans: readonly Span[], began: number, ended: number): Timeline {
  const rows = new Map<string, Row>();
  const failures: number[] = [];
  let start = began;
  let end = Math.max(ended, began);
  let attempts = 0;
  let sleeps = 0;
  for (const span of spans) {
    const bar = barOf(span);
    start = Math.min(start, bar.from ?? start);
    end = Math.max(end, bar.to ?? bar.from ?? end);
    if (span.kind === 'pause') continue;
    if (span.kind === 'attempt') {
      attempts += 1;
      if (bar.to !== null && isFailure(bar.outcome)) failures.push(bar.to);
    }
    const key = span.kind === 'sleep' ? `sleep ${(sleeps += 1)}` : `step ${span.stepName}`;
    const row = rows.get(key) ?? newRow(key, span);
    if (!rows.has(key)) rows.set(key, row);
    if (span.kind === 'step') {
      row.outcome = span.outcome;
      row.inferred = span.inferred;
      row.bars.unshift(bar);
    } else row.bars.push(bar);
  }
  const pauses = spans
    .filter(({ kind, startedAt }) => kind === 'pause' && startedAt !== null)
    .map((span) => ({
      from: Date.parse(span.startedAt!),
      to: span.endedAt === null ? Infinity : Date.parse(span.endedAt),
      reason: span.outcome,
    }))
    .toSorted((a, b) => a.from - b.from);
  return { rows: [...rows.values()], pauses, failures: failures.toSorted((a, b) => a - b), start, end, attempts };
}

export function isFailure(outcome: string | null): boolean {
  return outcome === 'failure' || outcome === 'timeout';
}

function newRow(key: string, { kind, stepName, outcome, inferred }: Span): Row {
  const label = kind === 'sleep' ? 'sleep' : (stepName ?? '(no name)');
  return { key, stepName: kind === 'sleep' ? null : stepName, label, outcome, inferred, bars: [] };
}

function barOf(span: Span): Bar {
  return {
    kind: span.kind === 'pause' ? 'sleep' : span.kind,
    from: span.startedAt === null ? null : Date.parse(span.startedAt),
    to: span.endedAt === null ? null : Date.parse(span.endedAt),
    outcome: span.outcome,
    inferred: span.inferred,
    attempt: span.attempt,
    startEventId: span.startEventId,
    endEventId: span.endEventId,
  };
}

/** The same, drawn up to the present. Its rows are the same ones: what goes on has no end in them. */
export function upTo(timeline: Timeline, now: number): Timeline {
  const end = Math.max(timeline.end, now);
  const last = timeline.pauses.at(-1);
  if (last === undefined || last.to !== Infinity) return { ...timeline, end };
  return { ...timeline, end, pauses: [...timeline.pauses.slice(0, -1), { ...last, to: end }] };
}

/** From the first to the last that is known of a row; what goes on has no end. */
export function extentOf({ bars }: Row): Stretch {
  let [from, to] = [Infinity, -Infinity];
  for (const bar of bars) {
    from = Math.min(from, bar.from ?? bar.to ?? Infinity);
    to = Math.max(to, bar.to ?? Infinity);
  }
  return { from, to };
}

/** The first row that has something in a stretch of time; −1: none has. */
export function firstRowIn(rows: readonly Row[], { from, to }: Stretch): number {
  return rows.findIndex((row) => {
    const extent = extentOf(row);
    return extent.from < to && extent.to > from;
  });
}

/** Waits are worth folding where they leave little room for what happened. */
export function foldsByItself({ pauses, start, end }: Timeline): boolean {
  const waiting = pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  return end > start && waiting / (end - start) > 0.5;
}

export interface Course {
  /** What so many of the parts, from this one on, were mostly. */
  segments: { from: number; parts: number; was: 'active' | 'sleep' | 'retry' | 'paused' }[];
  /** Parts in which an attempt failed. */
  failed: number[];
}

/** The course of the whole run, in so many parts of the same shown length. */
export function courseOf(
  { pauses, failures }: Pick<Timeline, 'pauses' | 'failures'>,
  placeOf: (time: number) => number,
  length: number,
  parts: number,
): Course {
  const width = length / parts;
  const waits = new Float64Array(parts);
  const reasons: (string | null)[] = Array.from({ length: parts }, () => null);
  for (const { from, to, reason } of pauses) {
    const [begin, finish] = [placeOf(from), placeOf(to)];
    for (let part = Math.max(0, Math.floor(begin / width)); part < parts && part * width < finish; part += 1) {
      waits[part]! += Math.min(finish, (part + 1) * width) - Math.max(begin, part * width);
      reasons[part] = reason;
    }
  }
  const segments: Course['segments'] = [];
  for (let part = 0; part < parts; part += 1) {
    const was = waits[part]! * 2 < width ? 'active' : reasonOf(reasons[part] ?? null);
    const last = segments.at(-1);
    if (last !== undefined && last.was === was) last.parts += 1;
    else segments.push({ from: part, parts: 1, was });
  }
  const partOf = (time: number): number => Math.min(parts - 1, Math.max(0, Math.floor(placeOf(time) / width)));
  return { segments, failed: [...new Set(failures.map(partOf))] };
}

function reasonOf(reason: string | null): 'sleep' | 'retry' | 'paused' {
  return reason === 'sleep' || reason === 'retry' ? reason : 'paused';
}
