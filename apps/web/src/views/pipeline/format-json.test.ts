import { describe, expect, test } from 'vitest';
import { formatJson } from './format-json.ts';

describe('a JSON text line by line', () => {
  test('is as JSON.stringify would write it', () => {
    const value = { a: [1, -2.5e3, 'x,:{}[]"\\ y'], empty: {}, none: [], deep: { b: [[{ c: null }], true] }, '': 'é' };
    const text = JSON.stringify(value);
    expect(formatJson(text)).toBe(JSON.stringify(value, null, 2));
    expect(formatJson(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2));
    expect(formatJson('  "a"  ')).toBe('"a"');
  });

  test('keeps what parsing would change', () => {
    expect(formatJson('{"n":12345678901234567890,"n":1e400,"x":1.0}')).toBe(
      '{\n  "n": 12345678901234567890,\n  "n": 1e400,\n  "x": 1.0\n}',
    );
  });

  test('leaves alone what is no JSON', () => {
    expect(formatJson('{"a": ')).toBe('{"a": ');
  });
});
