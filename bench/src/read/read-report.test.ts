import { expect, test } from 'vitest';
import { anyMachine as machine } from '../machine.fixture.ts';
import { isBroken, misses, queryFigures, reportText } from './read-report.ts';
import type { QueryFigures, ReadReport } from './read-report.ts';

const SIZES = [100, 1_000];

function figures(small: number, large: number, complete = true): QueryFigures {
  const processorSpread = { median: 1, least: 1, most: 1 };
  const asked = (p95Ms: number) => ({ p50Ms: 1, p95Ms, processorMs: 1, processorSpread, bytes: 100, complete });
  return queryFigures({ name: 'list', boundMs: 50 }, [
    [100, asked(small)],
    [1_000, asked(large)],
  ]);
}

test.each([
  ['fast', figures(10, 12), []],
  ['over the bound', figures(45, 51), ['over 50 ms']],
  ['stopped before the page was full', figures(10, 10, false), ['part of a page']],
])('%s', (_, query, expected) => {
  expect(misses(query, SIZES)).toEqual(expected);
});

const report: ReadReport = {
  machine,
  sizes: SIZES,
  days: { 100: 3, 1000: 30 },
  repeats: 3,
  queries: [figures(10, 60)],
  grown: [{ name: 'list', by: ['p95', 'processor'] }],
  document: [{ name: 'theirs', beside: 'list', p95Ms: { 100: 7, 1000: null }, problem: 'took too long' }],
  walked: [],
  paging: [{ order: 'by start', rows: 10, pages: 2, seconds: 1, written: 5, twice: 0, missed: 0 }],
};

test('the text has the figures of both sizes and what they are, of the document and of paging', () => {
  const text = reportText(report);
  expect(text).toContain('Stores: 100 workflows that began over 3 days, 1k workflows that began over 30 days');
  expect(text).toMatch(/list +50 +1\.0 +10\.0 +1\.0 +1\.0 +60\.0 +1\.0 +over 50 ms$/m);
  expect(text).toMatch(/theirs +7\.0 +– +10\.0 +60\.0 +list \(took too long\)/);
  expect(text).toContain('No query walks through a growing table.');
  expect(text).toContain('by start: 10 rows on 2 pages in 1.0 s while 5 events were written; 0 shown twice, 0 missed');
});

test('the text lists what has grown, by what', () => {
  const grown = (by: ReadReport['grown'][number]['by']) =>
    reportText({ ...report, grown: by.length === 0 ? [] : [{ name: 'list', by }] });
  const line = '    list: p95 10.0 → 60.0, cpu 1.0 → 1.0 ms';
  expect(grown(['p95', 'processor'])).toContain(`  by p95 and by processor time beyond its noise:\n${line}\n`);
  expect(grown(['p95'])).toContain(`  by p95 alone, which other work on the machine moves too:\n${line}\n`);
  expect(grown(['processor'])).toContain(`  by processor time alone:\n${line}\n`);
  expect(grown([])).toContain('At 1k more than twice the figure at 100, and more than 5 ms: none.');
  expect(reportText({ ...report, sizes: [100] })).not.toContain('more than twice');
});

test('a table walked through and a row shown twice or not at all are broken promises', () => {
  expect(isBroken(report)).toBe(false);
  expect(isBroken({ ...report, walked: [{ name: 'list', size: 100, tables: ['workflows'] }] })).toBe(true);
  const [paged] = report.paging!;
  expect(isBroken({ ...report, paging: [{ ...paged!, twice: 1 }] })).toBe(true);
  expect(isBroken({ ...report, paging: [{ ...paged!, missed: 1 }] })).toBe(true);
});
