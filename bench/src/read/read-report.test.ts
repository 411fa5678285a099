import { expect, test } from 'vitest';
import { isBroken, misses, queryFigures, reportText } from './read-report.ts';
import type { QueryFigures, ReadReport } from './read-report.ts';

const SIZES = [100, 1_000];

function figures(small: number, large: number, complete = true): QueryFigures {
  const asked = (p95Ms: number) => ({ p50Ms: 1, p95Ms, processorMs: 1, bytes: 100, complete });
  return queryFigures({ name: 'list', boundMs: 50 }, [
    [100, asked(small)],
    [1_000, asked(large)],
  ]);
}

test.each([
  ['fast and flat', figures(10, 12), []],
  ['grown, but by few milliseconds', figures(1, 5.9), []],
  ['grown', figures(10, 21), ['grew 2.1 times']],
  ['over the bound', figures(45, 51), ['over 50 ms']],
  ['stopped before the page was full', figures(10, 10, false), ['part of a page']],
])('%s', (_, query, expected) => {
  expect(misses(query, SIZES)).toEqual(expected);
});

const report: ReadReport = {
  machine: {
    cores: 2,
    processor: 'some',
    memoryGb: 4,
    loadBefore: 0,
    node: '20',
    postgres: '18',
    fsync: 'on',
    fullPageWrites: 'on',
    synchronousCommit: 'on',
  },
  sizes: SIZES,
  repeats: 3,
  queries: [figures(10, 60)],
  document: [{ name: 'theirs', beside: 'list', p95Ms: { 100: 7, 1000: null }, problem: 'took too long' }],
  walked: [],
  paging: [{ order: 'by start', rows: 10, pages: 2, seconds: 1, written: 5, twice: 0, missed: 0 }],
};

test('the text has the figures of both sizes, of the document and of paging', () => {
  const text = reportText(report);
  expect(text).toMatch(/list +50 +1\.0 +10\.0 +1\.0 +1\.0 +60\.0 +1\.0 +over 50 ms, grew 6\.0 times/);
  expect(text).toMatch(/theirs +7\.0 +– +10\.0 +60\.0 +list \(took too long\)/);
  expect(text).toContain('No query walks through a growing table.');
  expect(text).toContain('by start: 10 rows on 2 pages in 1.0 s while 5 events were written; 0 shown twice, 0 missed');
});

test('a table walked through and a row shown twice or not at all are broken promises', () => {
  expect(isBroken(report)).toBe(false);
  expect(isBroken({ ...report, walked: [{ name: 'list', size: 100, tables: ['workflows'] }] })).toBe(true);
  const [paged] = report.paging!;
  expect(isBroken({ ...report, paging: [{ ...paged!, twice: 1 }] })).toBe(true);
  expect(isBroken({ ...report, paging: [{ ...paged!, missed: 1 }] })).toBe(true);
});
