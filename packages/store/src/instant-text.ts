/** Instants as JSON has them, without a Date for each: a run of ten thousand events shows fifty thousand. */

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(3, '0'));
/** The day of the last instant, as `2026-11-23T`: those of a batch are close together, and a Date for each took 4 % of a worker. */
let lastDay = NaN;
let lastDayText = '';

/** As Date's toISOString. @param at milliseconds since the epoch */
export function instantText(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length);
    lastDay = day;
  }
  const ms = Math.trunc(at - day * DAY_MS);
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hour = TWO_DIGITS[Math.floor(minutes / 60)]!;
  return `${lastDayText}${hour}:${TWO_DIGITS[minutes % 60]!}:${TWO_DIGITS[seconds % 60]!}.${THREE_DIGITS[ms % 1_000]!}Z`;
}

const WITHOUT_FRACTION = '2026-01-31 12:00:00+00'.length;

/** The same from how PostgreSQL writes a timestamptz in UTC, cut off to milliseconds; null where there is none that JSON could have. */
export function instantOfText(text: string | null): string | null {
  if (text === null) return null;
  // Beyond the year 9999 and before the first there is another form, and no instant that a client may name.
  if (text[4] !== '-' || !text.endsWith('+00')) return null;
  const fraction = text.length === WITHOUT_FRACTION ? '000' : text.slice(20, -3).slice(0, 3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}
