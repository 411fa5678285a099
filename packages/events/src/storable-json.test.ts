import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnsafeNumber } from './json-scan.ts';
import { storableJson } from './storable-json.ts';

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\ud83d', '\ude80', '⟦', '⟧', 'U+0000', '"', '\\', 'é', '🚀'), fc.string()),
});
const anyJson = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  .chain((value) =>
    fc
      .record({ value: fc.constant(value), text: anyText, key: anyText })
      .map(({ text, key }) => ({ value, text, [key]: [text, key] })),
  );

/** Undoes the markers, as the doc comment of storable-json.ts says it can be done. */
function unmark(json: string): string {
  return json.replaceAll(/⟦U\+([0-9A-F]{4})⟧/g, (_, hex: string) => `\\u${hex.toLowerCase()}`);
}

describe('text', () => {
  it('leaves what PostgreSQL can store exactly as it came', () => {
    const json = '{ "a" : "⟦U+0000⟧ \\\\u0000 \\ud83d\\ude80", "n": [1.50, -3e-07, true, null] }';
    expect(storableJson(json)).toEqual({ json, textMarked: false, numberAsText: false });
  });

  it.each([
    ['NUL', '"a\\u0000b"', '"a⟦U+0000⟧b"'],
    ['a lone high surrogate', '"\\ud83d!"', '"⟦U+D83D⟧!"'],
    ['a lone low surrogate', '"\\uDE80"', '"⟦U+DE80⟧"'],
    ['two high surrogates before a low one', '"\\ud83d\\ud83d\\ude80"', '"⟦U+D83D⟧\\ud83d\\ude80"'],
    ['a key', '{"\\u0000":1}', '{"⟦U+0000⟧":1}'],
    ['an escaped backslash before it', '"\\\\\\u0000"', '"\\\\⟦U+0000⟧"'],
    ['text that looks like a marker beside it', '"⟦U+0000⟧ \\u27e6 \\u0000"', '"⟦U+27E6⟧U+0000⟧ ⟦U+27E6⟧ ⟦U+0000⟧"'],
  ])('marks %s', (_, json, expected) => {
    expect(storableJson(json)).toEqual({ json: expected, textMarked: true, numberAsText: false });
  });

  it('stays JSON, holds nothing unstorable, changes nothing the second time, and can be undone', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const sent = JSON.stringify(value);
        const first = storableJson(sent);
        expect(JSON.stringify(JSON.parse(first.json))).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/);
        expect(storableJson(first.json)).toEqual({ json: first.json, textMarked: false, numberAsText: false });
        const undone = first.textMarked && !first.numberAsText ? unmark(first.json) : sent;
        expect(JSON.parse(undone)).toEqual(JSON.parse(sent));
      }),
      { numRuns: 500 },
    );
  });
});

describe('numbers', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '1e400',
    '-1E+400',
    '1e-400',
    '0e99999',
    '1'.repeat(200),
    `0.${'1'.repeat(200)}`,
  ])('keeps %s as text', (number) => {
    expect(storableJson(`{"n":[${number}, ${number} ]}`)).toEqual({
      json: `{"n":["${number}", "${number}" ]}`,
      textMarked: false,
      numberAsText: true,
    });
  });

  it.each([
    '0',
    '-0',
    '9007199254740991',
    '9007199254740992',
    '-9007199254740992',
    '3.3000000000000003',
    '1e21',
    '1.7976931348623157e308',
    '5e-324',
    '0e5',
    '59.0278',
  ])('leaves %s a number', (number) => {
    expect(storableJson(number).json).toBe(number);
  });

  it('does not touch digits inside of strings', () => {
    const json = '{"12345678901234567890":"1e400, \\"12345678901234567890"}';
    expect(storableJson(json).json).toBe(json);
  });

  it('marks however many characters there are', () => {
    const json = `["a${'\\u0000b'.repeat(50_001)}",1e400,"${'\\ud800'.repeat(3)}"]`;
    const marked = `["a${'⟦U+0000⟧b'.repeat(50_001)}","1e400","${'⟦U+D800⟧'.repeat(3)}"]`;
    expect(storableJson(json).json === marked).toBe(true);
  });

  it('leaves every number that a JavaScript client writes readable without loss', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const json = JSON.stringify(number);
        expect(isUnsafeNumber(json)).toBe(
          Number.isInteger(number) && !Number.isSafeInteger(number) && !json.includes('e'),
        );
      }),
    );
  });
});
