/**
 * Points in time as the tracker writes them: ISO-8601 with a date, a time and an offset.
 *
 * Everything else is refused, on purpose: PostgreSQL would read "now", "infinity" and "yesterday", and JavaScript's
 * own parser takes local times without an offset. Fractions beyond milliseconds are cut off here, once, because
 * JavaScript truncates where timestamptz rounds and a watermark must not live in both.
 */
const ISO_WITH_OFFSET =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)$/i;

/**
 * Reads an instant.
 *
 * @returns milliseconds since the Unix epoch, or undefined where the text is no strict ISO-8601 instant, names a day
 *   or time that does not exist (31 February, 25:00), or lies outside the years 0001 to 9999.
 */
export function parseInstant(text: string): number | undefined {
  return canonicalInstant(text) ?? anyInstant(text);
}

const CANONICAL_LENGTH = '0001-01-01T00:00:00.000Z'.length;

/** What every JavaScript client writes: read in a third of the time, and proved by writing it out again. */
function canonicalInstant(text: string): number | undefined {
  if (text.length !== CANONICAL_LENGTH || text < '0001') return undefined;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text ? at : undefined;
}

function anyInstant(text: string): number | undefined {
  const match = ISO_WITH_OFFSET.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match as unknown as string[];
  const millis = Number(((fraction ?? '') + '000').slice(0, 3));
  const local = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +(second ?? 0), millis);
  const written = new Date(local);
  if (+year! < 100) written.setUTCFullYear(+year!);
  const exists =
    written.getUTCFullYear() === +year! &&
    written.getUTCMonth() === +month! - 1 &&
    written.getUTCDate() === +day! &&
    written.getUTCHours() === +hour! &&
    written.getUTCMinutes() === +minute! &&
    written.getUTCSeconds() === +(second ?? 0);
  const offsetMs = offsetInMs(offset!);
  if (!exists || offsetMs === undefined) return undefined;
  const at = written.getTime() - offsetMs;
  const utcYear = new Date(at).getUTCFullYear();
  return utcYear >= 1 && utcYear <= 9999 ? at : undefined;
}

function offsetInMs(offset: string): number | undefined {
  if (offset === 'Z' || offset === 'z') return 0;
  const digits = offset.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || '0');
  if (hours > 15 || minutes > 59) return undefined;
  const size = (hours * 60 + minutes) * 60_000;
  return offset.startsWith('-') ? -size : size;
}
