/** Reads the body of a request: JSON with an `events` array, each entry with the very text it came as. */
import { isUtf8 } from 'node:buffer';
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  codeAt,
  scanValue,
} from './json-scan.ts';
import type { ValueScan } from './json-scan.ts';

/** One entry of the events array, parsed, and what its text was. */
export interface RawEvent {
  /** What JSON.parse made of it; may be anything. */
  value: unknown;
  /** The JSON text as it came. */
  json: string;
  /** What a walk over the text found. */
  scan: ValueScan;
  /** The request was no valid UTF-8 and this event has characters that stand for unreadable bytes. */
  bytesReplaced: boolean;
}

export type Body =
  | { kind: 'events'; events: RawEvent[] }
  /** Nothing of it can be kept; `problem` says what was wrong. */
  | { kind: 'not_json' | 'no_events' | 'too_much'; problem: string };

const REPLACEMENT = '\ufffd';
const BYTE_ORDER_MARK = 0xfeff;
const NO_EVENTS = 'The body is JSON, but not an object with an "events" array.';

/**
 * Reads a body. Bytes that are no UTF-8 are replaced, not refused: they concern one event, and the others are fine.
 *
 * What it returns holds the parsed values, many times the size of the bytes: let go of it before waiting for anything.
 *
 * @param bytes the body, inflated
 * @param mostEvents entries that the events array may have
 */
export function readBody(bytes: Buffer, mostEvents = Infinity): Body {
  const decoded = bytes.toString('utf8');
  const json = decoded.charCodeAt(0) === BYTE_ORDER_MARK ? decoded.slice(1) : decoded;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    return { kind: 'not_json', problem: `The body is not JSON: ${jsonProblem(error)}` };
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, 'events')) {
    return { kind: 'no_events', problem: NO_EVENTS };
  }
  const { events } = parsed as { events: unknown };
  if (!Array.isArray(events)) return { kind: 'no_events', problem: NO_EVENTS };
  if (events.length > mostEvents) {
    return { kind: 'too_much', problem: `The body holds ${events.length} events, and ${mostEvents} are the most.` };
  }
  const mayHaveReplacedBytes = !isUtf8(bytes);
  const spans = locateEvents(json);
  return {
    kind: 'events',
    events: events.map((value: unknown, index) => {
      const { start, scan } = spans[index]!;
      const text = json.slice(start, scan.end);
      return { value, json: text, scan, bytesReplaced: mayHaveReplacedBytes && text.includes(REPLACEMENT) };
    }),
  };
}

/**
 * How many values of any kind a body holds, at most, counted before anything is made of it: each costs up to 100 bytes of
 * memory, and `{}` or `[` takes but one or two of JSON. 64 MB of `{},` became 2 GB of objects.
 */
export function countValues(bytes: Buffer): number {
  let count = 1;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) inString = !inString;
    else if (inString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA || byte === OPEN_ARRAY || byte === OPEN_OBJECT) count += 1;
  }
  return count;
}

/** V8's message quotes the body; a client's log is no place for that. */
function jsonProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `it cannot be read at character ${position}.`;
  return message.includes('end of JSON') ? 'it ends too early.' : 'it cannot be read.';
}

interface Span {
  start: number;
  scan: ValueScan;
}

/** Where the entries of the top object's `events` array are. Of several keys of that name the last one counts, as in JSON.parse. */
function locateEvents(json: string): Span[] {
  let spans: Span[] = [];
  let at = skipSpace(json, skipSpace(json, 0) + 1);
  while (codeAt(json, at) !== CLOSE_OBJECT) {
    const keyEnd = scanValue(json, at).end;
    const key: unknown = JSON.parse(json.slice(at, keyEnd));
    at = skipSpace(json, skipSpace(json, keyEnd) + 1);
    if (key === 'events') {
      spans = [];
      at = codeAt(json, at) === OPEN_ARRAY ? locateEntries(json, at, spans) : scanValue(json, at).end;
    } else {
      at = scanValue(json, at).end;
    }
    at = skipSeparator(json, at);
  }
  return spans;
}

/** Adds the entries of the array that opens at `open`; returns the index behind the array. */
function locateEntries(json: string, open: number, spans: Span[]): number {
  let at = skipSpace(json, open + 1);
  while (codeAt(json, at) !== CLOSE_ARRAY) {
    const scan = scanValue(json, at);
    spans.push({ start: at, scan });
    at = skipSeparator(json, scan.end);
  }
  return at + 1;
}

function skipSeparator(json: string, from: number): number {
  const at = skipSpace(json, from);
  return codeAt(json, at) === COMMA ? skipSpace(json, at + 1) : at;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (codeAt(json, at) <= 0x20) at += 1;
  return at;
}
