import { describe, expect, test } from 'vitest';
import { rangeOf } from '../../time/range.ts';
import { gridOf } from '../../time/series.ts';
import { PRESETS } from '../../url/search.ts';
import { seriesQuestion, totalsQuestion } from './question.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WIDTH: Record<string, number> = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '30m': HOUR / 2, '1h': HOUR };

/** As the api refuses them, in its own words: docs/api.md. */
function refused(of: 'whole' | 'wideSteps' | 'some', question: { since: string; until: string; interval: string }) {
  const width =
    WIDTH[question.interval] ?? { '3h': 3, '6h': 6, '12h': 12, '1d': 24, '7d': 168 }[question.interval]! * HOUR;
  const from = Math.floor(Date.parse(question.since) / width) * width;
  const length = Date.parse(question.until) - from;
  if (of === 'wideSteps' && Date.parse(question.until) - Date.parse(question.since) > 2 * DAY) return 'wide steps';
  if (width < HOUR && length > DAY + width) return 'minutes';
  if (width % DAY !== 0 && length > 3 * DAY && of !== 'whole') return 'hours';
  return length / width > 1_500 ? 'points' : null;
}

describe('questions the api answers', () => {
  test.each(PRESETS)('%s, at any minute of the hour', (range) => {
    for (let minute = 0; minute < 60; minute += 1) {
      const now = Date.parse('2026-03-09T14:00:31Z') + minute * 60_000;
      for (const of of ['whole', 'wideSteps', 'some'] as const) {
        const question = seriesQuestion(rangeOf({ range, since: undefined, until: undefined }, now), of);
        expect(refused(of, question), `${of} ${minute} ${JSON.stringify(question)}`).toBeNull();
        expect(gridOf(question, question.widthMs).length).toBeLessThanOrEqual(77);
        expect(Date.parse(question.until)).toBeGreaterThan(now);
      }
    }
  });

  test.each([
    ['whole', '24h', '30m'],
    ['whole', '7d', '3h'],
    ['some', '7d', '1d'],
    ['some', '3d', '1h'],
    ['wideSteps', '30d', '1h'],
  ] as const)('%s runs of %s come in points of %s', (of, range, interval) => {
    const now = Date.parse('2026-03-09T14:00:00Z');
    expect(seriesQuestion(rangeOf({ range, since: undefined, until: undefined }, now), of).interval).toBe(interval);
  });

  test('steps of everything are cut to two days, and that is said', () => {
    const now = Date.parse('2026-03-09T14:00:30Z');
    const week = rangeOf({ range: '7d', since: undefined, until: undefined }, now);
    expect(totalsQuestion(week, true)).toEqual({
      since: '2026-03-07T14:01:00.000Z',
      until: '2026-03-09T14:01:00.000Z',
      cut: true,
    });
    expect(totalsQuestion(week, false)).toMatchObject({ since: '2026-03-02T14:00:00.000Z', cut: false });
  });
});
