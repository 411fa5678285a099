/**
 * Makes JSON text that PostgreSQL's jsonb takes and that JavaScript reads without loss.
 *
 * **Markers.** PostgreSQL's text has no NUL and no lone surrogates. Each is replaced by a marker that people can see:
 * `⟦U+` and the code unit in four hexadecimal digits and `⟧`, so that `\u0000` becomes `⟦U+0000⟧`.
 *
 * How to tell a marker from text that only looks like one: an event with markers carries the flag `text_marked`. Within
 * such an event the character `⟦` never stands for itself; where the client sent one, it is marked too, as `⟦U+27E6⟧`.
 * So in a flagged payload every `⟦U+XXXX⟧` is exactly one replaced code unit, and replacing all of them gives back
 * what was sent. In a payload without the flag nothing was replaced, whatever it looks like.
 *
 * **Numbers.** A number that JavaScript cannot hold (see isUnsafeNumber) becomes a string of the same characters; the
 * flag is `number_as_text`.
 */
import {
  BACKSLASH,
  QUOTE,
  codeAt,
  endOfNumber,
  escapedUnit,
  isUnsafeNumber,
  readEscape,
  scanValue,
  startsNumber,
} from './json-scan.ts';

const MARKER_START = 0x27e6; // ⟦
const PIECES_AT_ONCE = 10_000;

export interface StorableJson {
  json: string;
  textMarked: boolean;
  numberAsText: boolean;
}

/** @param json text that JSON.parse accepts, without white space around it; well-formed, as decoded UTF-8 always is */
export function storableJson(json: string): StorableJson {
  const { unstorableText, unsafeNumber } = scanValue(json, 0);
  if (!unstorableText && !unsafeNumber) return { json, textMarked: false, numberAsText: false };
  return { json: rewrite(json, unstorableText), textMarked: unstorableText, numberAsText: unsafeNumber };
}

function rewrite(json: string, markText: boolean): string {
  const joined: string[] = [];
  let parts: string[] = [];
  let copied = 0;
  const replace = (start: number, end: number, by: string): void => {
    if (start > copied) parts.push(json.slice(copied, start));
    parts.push(by);
    copied = end;
    // Ten million single pieces would take twenty times the memory of the text.
    if (parts.length >= PIECES_AT_ONCE) {
      joined.push(parts.join(''));
      parts = [];
    }
  };
  let inString = false;
  for (let at = 0; at < json.length;) {
    const code = codeAt(json, at);
    if (!inString && startsNumber(code)) {
      const end = endOfNumber(json, at);
      const number = json.slice(at, end);
      if (isUnsafeNumber(number)) replace(at, end, `"${number}"`);
      at = end;
    } else if (code === BACKSLASH) {
      const { length, unstorable } = readEscape(json, at);
      const unit = unstorable ?? (length === 6 ? escapedUnit(json, at) : null);
      if (markText && (unstorable !== null || unit === MARKER_START)) replace(at, at + length, marker(unit!));
      at += length;
    } else {
      if (code === QUOTE) inString = !inString;
      if (code === MARKER_START && markText) replace(at, at + 1, marker(code));
      at += 1;
    }
  }
  parts.push(json.slice(copied));
  return joined.concat(parts).join('');
}

const NUL_MARKER = '⟦U+0000⟧';

function marker(unit: number): string {
  return unit === 0 ? NUL_MARKER : `⟦U+${unit.toString(16).toUpperCase().padStart(4, '0')}⟧`;
}
