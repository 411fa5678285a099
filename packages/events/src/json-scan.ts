/**
 * A walk over JSON text that has already passed JSON.parse. It finds where values end, how deep they are, and whether
 * they hold what PostgreSQL or JavaScript cannot, in one pass and without recursion, so that a stored payload can be
 * the very text that came: no event is written out again only to be stored.
 */

/** What one pass over a value found. */
export interface ValueScan {
  /** Index behind the value. */
  end: number;
  /** Nesting: 0 for a scalar, 1 for a flat object or array. */
  depth: number;
  /** Holds an escaped NUL or half of an escaped surrogate pair, in a key or a string. */
  unstorableText: boolean;
  /** Holds a number that a JavaScript number would change, see isUnsafeNumber. */
  unsafeNumber: boolean;
}

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const OPEN_ARRAY = 0x5b;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_ARRAY = 0x5d;
export const CLOSE_OBJECT = 0x7d;
const LETTER_U = 0x75;

// oxlint-disable-next-line typescript/unbound-method -- called with its string below
const { charCodeAt } = String.prototype;

/**
 * The code unit at `at`. Called by itself and not as a method: texts come as many kinds of strings (of one or two bytes, parts
 * of others), and looking the method up for each was a quarter of ingest's processor time.
 */
export function codeAt(json: string, at: number): number {
  return charCodeAt.call(json, at);
}

/** Scans the value that begins at `start` (no white space before it). */
export function scanValue(json: string, start: number): ValueScan {
  const scan: ValueScan = { end: start, depth: 0, unstorableText: false, unsafeNumber: false };
  let depth = 0;
  let at = start;
  do {
    const code = codeAt(json, at);
    if (code === QUOTE) {
      at = scanString(json, at, scan);
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      depth += 1;
      if (depth > scan.depth) scan.depth = depth;
      at += 1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      depth -= 1;
      at += 1;
    } else if (startsNumber(code)) {
      const end = endOfNumber(json, at);
      if (!scan.unsafeNumber && !isShortNumber(json, at, end)) scan.unsafeNumber = isUnsafeNumber(json.slice(at, end));
      at = end;
    } else if (depth === 0) {
      at += code === 0x66 ? 5 : 4; // false; true, null
    } else {
      at += 1;
    }
  } while (depth > 0);
  scan.end = at;
  return scan;
}

function scanString(json: string, start: number, scan: ValueScan): number {
  let at = start + 1;
  for (;;) {
    const code = codeAt(json, at);
    if (code === QUOTE) return at + 1;
    if (code !== BACKSLASH) {
      at += 1;
      continue;
    }
    const escape = readEscape(json, at);
    if (escape.unstorable !== null) scan.unstorableText = true;
    at += escape.length;
  }
}

/**
 * Reads the escape sequence at a backslash: its length, a whole pair of escaped surrogates counting as one sequence, and
 * the code unit that PostgreSQL cannot store, if it is one.
 */
export function readEscape(json: string, at: number): { length: number; unstorable: number | null } {
  if (codeAt(json, at + 1) !== LETTER_U) return { length: 2, unstorable: null };
  const unit = escapedUnit(json, at);
  if (unit === 0) return { length: 6, unstorable: 0 };
  if (unit < 0xd800 || unit > 0xdfff) return { length: 6, unstorable: null };
  if (unit < 0xdc00 && codeAt(json, at + 6) === BACKSLASH && codeAt(json, at + 7) === LETTER_U) {
    const next = escapedUnit(json, at + 6);
    if (next >= 0xdc00 && next <= 0xdfff) return { length: 12, unstorable: null };
  }
  return { length: 6, unstorable: unit };
}

/** The code unit of a \uXXXX sequence at `at`. */
export function escapedUnit(json: string, at: number): number {
  return Number.parseInt(json.slice(at + 2, at + 6), 16);
}

export function startsNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

/** Index behind the number at `start`. */
export function endOfNumber(json: string, start: number): number {
  let at = start + 1;
  for (; at < json.length; at += 1) {
    const code = codeAt(json, at);
    if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_ARRAY || code <= 0x20) break;
  }
  return at;
}

/** Nearly all numbers: fewer digits than 2^53 has, and no exponent. Told without making a string of it. */
function isShortNumber(json: string, start: number, end: number): boolean {
  if (end - start >= SAFE_LENGTH) return false;
  for (let at = start; at < end; at += 1) {
    const code = codeAt(json, at);
    if (code === 0x65 || code === 0x45) return false;
  }
  return true;
}

const SAFE_LENGTH = 16;
/** Longer than any number that a JavaScript client writes, and far below what PostgreSQL's numeric can hold. */
const LONGEST_NUMBER = 64;
const LARGEST_EXACT = 2n ** 53n;
/** A double ends at 1e308. PostgreSQL's numeric goes further, but would write 1e400 out with 400 zeros. */
const LARGEST_EXPONENT = 400;

/**
 * Whether a number must be stored as text to survive: whole numbers above 2^53 in size, what overflows to infinity or
 * vanishes to 0, and what is absurdly long. Fractions of more digits than a double holds are none: jsonb keeps them.
 */
export function isUnsafeNumber(number: string): boolean {
  if (number.length < SAFE_LENGTH && !/e/i.test(number)) return false;
  if (number.length > LONGEST_NUMBER) return true;
  const [mantissa, exponent] = number.toLowerCase().split('e');
  if (exponent !== undefined && Math.abs(Number(exponent)) > LARGEST_EXPONENT) return true;
  const value = Number(number);
  if (!Number.isFinite(value)) return true;
  if (value === 0) return /[1-9]/.test(mantissa!);
  if (exponent !== undefined) return false;
  // By its digits, because 2^53 + 1 reads as 2^53, which is exact itself.
  return /^-?\d+$/.test(number) ? BigInt(number.replace('-', '')) > LARGEST_EXACT : Math.abs(value) > 2 ** 53;
}
