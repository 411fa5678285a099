import { describe, expect, test } from 'vitest';
import { bucketsOf } from './forecast-buckets.ts';

const FROM = Date.parse('2026-03-09T14:02:30Z');

describe('the forecast in bars', () => {
  test('an hour has a bar a minute, from the present one on', () => {
    const { at, resumes, retries, widthMs } = bucketsOf(
      [
        { at: '2026-03-09T14:02:00Z', resumes: 3, retries: 0 },
        { at: '2026-03-09T14:10:00Z', resumes: 1, retries: 2 },
      ],
      FROM,
      1,
    );
    expect(widthMs).toBe(60_000);
    expect(new Date(at[0]!).toISOString()).toBe('2026-03-09T14:02:00.000Z');
    expect(at).toHaveLength(61);
    expect([resumes[0], resumes[8], retries[8]]).toEqual([3, 1, 2]);
  });

  test.each([
    [3, 3],
    [12, 15],
    [24, 30],
    [48, 60],
  ])('%i hours have bars of %i minutes, and none is lost', (hours, minutes) => {
    const due = Array.from({ length: hours * 60 }, (_, minute) => ({
      at: new Date(FROM + minute * 60_000).toISOString(),
      resumes: 1,
      retries: 2,
    }));
    const { widthMs, resumes, retries, at } = bucketsOf(due, FROM, hours);
    expect(widthMs).toBe(minutes * 60_000);
    expect(at.length).toBeLessThan(70);
    expect(resumes.reduce((sum, each) => sum + each, 0)).toBe(hours * 60);
    expect(retries.reduce((sum, each) => sum + each, 0)).toBe(hours * 120);
  });

  test('what was due before stands in the first bar', () => {
    expect(bucketsOf([{ at: '2026-03-09T13:00:00Z', resumes: 2, retries: 0 }], FROM, 1).resumes[0]).toBe(2);
  });
});
