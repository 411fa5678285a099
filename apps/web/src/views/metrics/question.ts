/** Ranges and intervals that the api answers. Pure. */
import { intervalFor, type Range } from '../../time/range.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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
  interval: ReturnType<typeof intervalFor>['interval'];
  widthMs: number;
}

/** @param of whole: runs of whole environments; wideSteps: steps of all services and names; some: all else */
export function seriesQuestion(range: Range, of: 'whole' | 'wideSteps' | 'some'): SeriesQuestion {
  const { since, until, cut } = totalsQuestion(range, of === 'wideSteps');
  const to = Date.parse(until);
  const { interval, ms: widthMs } = intervalFor(cut ? MOST_OF_STEPS : range.lengthMs, of === 'whole');
  const bound = widthMs < HOUR ? MOST_OF_MINUTES + widthMs : of !== 'whole' && widthMs < DAY ? MOST_OF_HOURS : Infinity;
  // The api begins the first point at a multiple of the interval, so a little before.
  const first = Math.floor(Date.parse(since) / widthMs) * widthMs;
  const from = to - first > bound ? Math.ceil((to - bound) / widthMs) * widthMs : Date.parse(since);
  return { ...asked({ from, to }), interval, widthMs };
}
