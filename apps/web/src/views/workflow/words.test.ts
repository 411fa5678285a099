import { expect, test } from 'vitest';
import { anomalyWords, gapWords } from './doubts.ts';
import { shareText, timeShares } from './time-shares.ts';

const instant = (at: string): string => `<${at}>`;

test('what is missing is told in words, also what a later version may bring', () => {
  const run = { run: 2, firstEventAt: '2026-11-23T10:00:00.000Z' };
  expect(gapWords('start', run, instant).text).toContain('before <2026-11-23T10:00:00.000Z>');
  expect(gapWords('end', run, instant).text).toContain('Run 3 began');
  expect(anomalyWords('something_new')).toContain('something_new');
});

test('the time of a paused run goes on as what it waits for', () => {
  const split = {
    totalMs: 10_000,
    activeMs: 4_000,
    sleepingMs: 6_000,
    retryWaitMs: 0,
    final: false,
    telemetryDelay: { medianMs: null, maxMs: null, lastMs: null },
  };
  expect(timeShares(split, { status: 'paused', pauseReason: 'sleep' }, 500)).toEqual({
    total: 10_500,
    active: 4_000,
    sleeping: 6_500,
    retryWait: 0,
  });
  expect(timeShares({ ...split, final: true }, { status: 'completed', pauseReason: null }, 500).total).toBe(10_000);
});

test('shares never claim all or nothing where that is not so', () => {
  expect(shareText(999, 1_000)).toBe('> 99 %');
  expect(shareText(1, 1_000)).toBe('< 1 %');
  expect(shareText(1_000, 1_000)).toBe('100 %');
});
