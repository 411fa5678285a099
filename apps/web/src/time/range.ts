/** The range of time that a view is about. */
import type { GlobalSearch, Preset } from '../url/search.ts';

const MINUTE = 60_000;

const PRESET_MS: Record<Preset, number> = {
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '6h': 6 * 60 * MINUTE,
  '24h': 24 * 60 * MINUTE,
  '3d': 3 * 24 * 60 * MINUTE,
  '7d': 7 * 24 * 60 * MINUTE,
  '30d': 30 * 24 * 60 * MINUTE,
  '90d': 90 * 24 * 60 * MINUTE,
};

export const PRESET_NAMES: Record<Preset, string> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '3d': 'Last 3 days',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
};

export interface Range {
  /** ISO 8601, whole minutes where it moves with time, so that a question stays the same for a minute. */
  since: string;
  /** null: up to now */
  until: string | null;
  lengthMs: number;
  preset: Preset | null;
}

/** @param now ms; the range of a preset moves with it, a minute at a time */
export function rangeOf({ range, since, until }: Pick<GlobalSearch, 'range' | 'since' | 'until'>, now: number): Range {
  const from = since === undefined ? NaN : Date.parse(since);
  const to = until === undefined ? NaN : Date.parse(until);
  if (!Number.isNaN(from) && (Number.isNaN(to) || to > from)) {
    return {
      since: new Date(from).toISOString(),
      until: Number.isNaN(to) ? null : new Date(to).toISOString(),
      lengthMs: (Number.isNaN(to) ? now : to) - from,
      preset: null,
    };
  }
  const preset = range ?? '24h';
  const start = Math.floor(now / MINUTE) * MINUTE - PRESET_MS[preset];
  return { since: new Date(start).toISOString(), until: null, lengthMs: PRESET_MS[preset], preset };
}

/** In words, for the end of a sentence: in the last 24 hours. */
export function rangeWords({ preset }: Range): string {
  return preset === null ? 'in this range' : `in the ${PRESET_NAMES[preset].toLowerCase()}`;
}

/** What the api takes. */
export function rangeQuery({ since, until }: Range): { since: string; until?: string } {
  return until === null ? { since } : { since, until };
}

type Interval = '1m' | '5m' | '15m' | '30m' | '1h' | '3h' | '6h' | '12h' | '1d' | '7d';

const INTERVALS: [Interval, number][] = [
  ['1m', MINUTE],
  ['5m', 5 * MINUTE],
  ['15m', 15 * MINUTE],
  ['30m', 30 * MINUTE],
  ['1h', 60 * MINUTE],
  ['3h', 180 * MINUTE],
  ['6h', 360 * MINUTE],
  ['12h', 720 * MINUTE],
  ['1d', 1_440 * MINUTE],
  ['7d', 10_080 * MINUTE],
];

/**
 * The width of a series' points: about sixty of them. The api gives less than an hour for 24 hours at most, less than a day for three days at most,
 * but for whole environments.
 *
 * @param wholeEnvironments the question is grouped by environment and leaves out no service
 * @returns its name and ms
 */
export function intervalFor(lengthMs: number, wholeEnvironments = false): { interval: Interval; ms: number } {
  const long = lengthMs > 3 * 1_440 * MINUTE && !wholeEnvironments;
  const least = long ? 1_440 * MINUTE : lengthMs > 1_440 * MINUTE ? 60 * MINUTE : 0;
  const [interval, ms] = INTERVALS.find(([, width]) => width >= least && lengthMs / width <= 75) ?? INTERVALS.at(-1)!;
  return { interval, ms };
}
