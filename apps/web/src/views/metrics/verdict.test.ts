import type { Comparison } from '@wm/client';
import { describe, expect, test } from 'vitest';
import { durationVerdict, successVerdict } from './verdict.ts';

const NAMES = { left: 'production', right: 'staging' };

function side(completed: number, failed: number, p50: number | null = null): Comparison['left'] {
  const ended = completed + failed;
  return {
    started: ended,
    completed,
    failed,
    cancelled: 0,
    successRate: ended === 0 ? null : completed / ended,
    throughputPerMinute: 0,
    retries: 0,
    retryRate: null,
    durationMs: p50 === null ? null : { samples: completed, mean: p50, p50, p90: p50, p95: p50, p99: p50 },
  };
}

function rates(left: Comparison['left'], right: Comparison['left'], pValue: number): Comparison {
  const test = {
    difference: (left.successRate ?? 0) - (right.successRate ?? 0),
    samples: { left: left.completed + left.failed, right: right.completed + right.failed },
    pValue,
    moreThanNoise: pValue < 0.01,
  };
  const compared = left.successRate !== null && right.successRate !== null;
  return { service: null, name: null, left, right, successRate: compared ? test : null, durations: null };
}

describe('which fails more often', () => {
  test('a difference that is more than noise', () => {
    expect(successVerdict(rates(side(13_852, 168), side(770, 50), 1e-9), NAMES)).toEqual({
      kind: 'right',
      short: 'staging; more than noise (p < 0.001)',
      words:
        'staging fails more often than production: 6.1 % of 820 against 1.2 % of 14,020; more than noise (p < 0.001).',
    });
  });

  test('the left, with its own share first', () => {
    expect(successVerdict(rates(side(80, 20), side(95, 5), 0.0012), NAMES)).toMatchObject({
      kind: 'left',
      words:
        'production fails more often than staging: 20.0 % of 100 against 5.0 % of 100; more than noise (p = 0.001).',
    });
  });

  test('few runs are said to be few', () => {
    expect(successVerdict(rates(side(990, 10), side(11, 1), 0.13), NAMES)).toMatchObject({
      kind: 'noise',
      words:
        'staging fails more often than production: 8.3 % of 12 against 1.0 % of 1,000; may be noise: only 12 runs on a side (p = 0.13).',
    });
  });

  test('many runs with hardly a difference', () => {
    expect(successVerdict(rates(side(980, 20), side(979, 21), 0.87), NAMES).words).toMatch(
      /; may be noise \(p = 0\.87\)\.$/,
    );
  });

  test('no difference, and nothing to compare', () => {
    expect(successVerdict(rates(side(9, 1), side(9, 1), 1), NAMES).words).toBe(
      'Both fail as often: 10.0 % of 10 and of 10. That says little: only 10 runs on a side.',
    );
    expect(successVerdict(rates(side(9, 1), side(0, 0), 1), NAMES)).toMatchObject({
      kind: 'none',
      words: 'No run ended in staging: nothing to compare.',
    });
    expect(successVerdict(rates(side(0, 0), side(0, 0), 1), NAMES).words).toBe(
      'No run ended in either side: nothing to compare.',
    );
  });
});

describe('which takes longer', () => {
  const compared = (leftSlowerShare: number, pValue: number): Comparison => ({
    ...rates(side(500, 0, 840), side(400, 0, 1_200), 1),
    durations: {
      medianRatio: 0.7,
      leftSlowerShare,
      samples: { left: 500, right: 400 },
      pValue,
      moreThanNoise: pValue < 0.01,
    },
  });

  test('says how often, and the medians', () => {
    expect(durationVerdict(compared(0.37, 0.0001), NAMES)).toEqual({
      kind: 'right',
      short: 'staging, 63 of 100; more than noise (p < 0.001)',
      words:
        'A run in staging takes longer than one in production 63 times of 100 (medians 1.2 s against 840 ms); more than noise (p < 0.001).',
    });
  });

  test('noise is called so, and too few are not compared', () => {
    expect(durationVerdict(compared(0.52, 0.4), NAMES).kind).toBe('noise');
    expect(durationVerdict(compared(0.501, 0.9), NAMES).words).toBe(
      'Neither takes longer (medians 840 ms against 1.2 s).',
    );
    expect(durationVerdict(rates(side(9, 0, 5), side(9, 0, 5), 1), NAMES)).toMatchObject({
      kind: 'none',
      words: 'Fewer than ten completed on a side: too few to compare how long they take.',
    });
  });
});
