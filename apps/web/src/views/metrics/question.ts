/** Ranges and intervals that the api answers. Pure. */
import type { Query } from '../../api/queries.ts';
import type { Range } from '../../time/range.ts';

export type Interval = NonNullable<Query<'GET /v1/metrics'>['interval']>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const INTERVALS: [Interval, number][] = [
  ['1m', MINUTE],
  ['5m', 5 * MINUTE],
  ['15m', 15 * MINUTE],
  ['30m', 30 * MINUTE],
  ['1h', HOUR],
  ['3h', 3 * HOUR],
  ['6h', 6 * HOUR],
  ['12h', 12 * HOUR],
  ['1d', DAY],
  ['7d', 7 * DAY],
];

const MOST_POINTS = 75;
/** Points narrower than an hour are for a day, those narrower than a day for three, but for whole environments. */
const MOST_OF_MINUTES = DAY;
const MOST_OF_HOURS = 3 * DAY;
/** Steps of all services may have as many names as there are things to work on. */
const MOST_OF_STEPS = 2 * DAY;

/** ms, both on a minute. */
interface Span {
  from: number;
  to: number;
}

/** The end is named even where it is now: the question then stays the same for a minute, and so does what it may ask. */
function spanOf({ since, until, lengthMs }: Range): Span {
  const from = Math.floor(Date.parse(since) / MINUTE) * MINUTE;
  if (until !== null) return { from, to: Math.ceil(Date.parse(until) / MINUTE) * MINUTE };
  return { from, to: Math.floor((Date.parse(since) + lengthMs) / MINUTE) * MINUTE + MINUTE };
}

const asked = ({ from, to }: Span) => ({ since: new Date(from).toISOString(), until: new Date(to).toISOString() });

export interface Narrowed {
  since: string;
  until: string;
  /** Only the end of the range is counted. */
  cut: boolean;
}

/** @param wideSteps steps of all services and names are asked for */
export function totalsQuestion(range: Range, wideSteps: boolean): Narrowed {
  const span = spanOf(range);
  const cut = wideSteps && span.to - span.from > MOST_OF_STEPS;
  return { ...asked(cut ? { from: span.to - MOST_OF_STEPS, to: span.to } : span), cut };
}

export interface SeriesQuestion {
  since: string;
  until: string;
  interval: Interval;
  /** Beginnings of the points, ms. */
  points: number[];
  widthMs: number;
}

/** @param of whole: runs of whole environments; wideSteps: steps of all services and names; some: all else */
export function seriesQuestion(range: Range, of: 'whole' | 'wideSteps' | 'some'): SeriesQuestion {
  const { since, until } = totalsQuestion(range, of === 'wideSteps');
  const to = Date.parse(until);
  const length = to - Date.parse(since);
  // The running minute makes a day a minute longer.
  const least = of !== 'whole' && length > MOST_OF_HOURS + MINUTE ? DAY : length > MOST_OF_MINUTES + MINUTE ? HOUR : 0;
  const [interval, widthMs] =
    INTERVALS.find(([, width]) => width >= least && length / width <= MOST_POINTS) ?? INTERVALS.at(-1)!;
  const bound = widthMs < HOUR ? MOST_OF_MINUTES + widthMs : of !== 'whole' && widthMs < DAY ? MOST_OF_HOURS : Infinity;
  const whole = Math.floor(Date.parse(since) / widthMs) * widthMs;
  const from = to - whole > bound ? Math.ceil((to - bound) / widthMs) * widthMs : whole;
  const points = Array.from({ length: Math.ceil((to - from) / widthMs) }, (_, index) => from + index * widthMs);
  // The api begins the first point at a multiple of the interval by itself.
  return { ...asked({ from: Math.max(from, Date.parse(since)), to }), interval, points, widthMs };
}
