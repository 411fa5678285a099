import { expect, test } from 'vitest';
import { splitRows } from './final-rows.ts';

function split(text: string, parts: number): string[] {
  return splitRows({ table: 't', columns: ['a'], text: Buffer.from(text) }, parts).map((part) => part.text.toString());
}

test('every row is in one part, whole', () => {
  const text = Array.from({ length: 100 }, (_, index) => `${'x'.repeat(index % 7)}${index}\n`).join('');
  for (const parts of [1, 2, 3, 50, 99, 100, 250]) {
    const found = split(text, parts);
    expect(found).toHaveLength(parts);
    expect(found.join('')).toBe(text);
    expect(found.filter((part) => part !== '' && !part.endsWith('\n'))).toEqual([]);
  }
});

test('a table without rows has parts without rows', () => {
  expect(split('', 3)).toEqual(['', '', '']);
});

test('parts are about as large as each other', () => {
  expect(split('1\n2\n3\n4\n', 2)).toEqual(['1\n2\n', '3\n4\n']);
});
