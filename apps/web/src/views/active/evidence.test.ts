import { describe, expect, test } from 'vitest';
import { evidenceInWords } from './evidence.ts';

const NOW = Date.parse('2026-03-09T14:14:00.700Z');
const lastEventAt = '2026-03-09T13:52:00.000Z';

describe('evidence in words', () => {
  test('says by how much a resume is late, and what is allowed', () => {
    const late = (activityState: 'overdue' | 'stuck', graceMs: number) =>
      evidenceInWords(
        {
          activityState,
          lastEventAt,
          evidence: { kind: 'past_resume', resumeAt: '2026-03-09T14:00:00.000Z', lateMs: 1, graceMs },
        },
        NOW,
      );
    expect(late('stuck', 300_000)).toBe('Should have resumed 14 m ago; beyond 5 m it counts as stuck.');
    expect(late('overdue', 15_000)).toBe('Should have resumed 14 m ago; beyond 15 s it counts as overdue.');
  });

  test('says how long a run is silent, and what is usual', () => {
    const silent = (ofStep: string | null) =>
      evidenceInWords(
        {
          activityState: 'stuck',
          lastEventAt,
          evidence: { kind: 'silent', silentMs: 1, usualMs: 40_000, ofStep },
        },
        NOW,
      );
    expect(silent('charge')).toBe('Silent for 22 m; 99 of 100 runs of step charge take no longer than 40 s.');
    expect(silent(null)).toBe('Silent for 22 m; 99 of 100 runs of this workflow take no longer than 40 s.');
  });

  test('has nothing to say of a run that is neither', () => {
    expect(evidenceInWords({ activityState: 'active', lastEventAt, evidence: null }, NOW)).toBeNull();
  });
});
