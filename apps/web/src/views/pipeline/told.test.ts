import { describe, expect, test } from 'vitest';
import { addUp, redrivenInWords, resultInWords, type Redriven } from './told.ts';

const NONE: Redriven = { stored: 0, duplicates: 0, rejected: 0, cut: 0, rejectedByReason: {} };

describe('what became of a redrive', () => {
  test('is added up over its calls', () => {
    const call = {
      ...NONE,
      stored: 2,
      rejected: 1,
      rejectedByReason: { out_of_scope: 1 },
      more: true,
      nextCursor: 'x',
    };
    expect(addUp(addUp(NONE, call), { ...call, rejectedByReason: { out_of_scope: 2, too_deep: 1 } })).toEqual({
      ...NONE,
      stored: 4,
      rejected: 2,
      rejectedByReason: { out_of_scope: 3, too_deep: 1 },
    });
  });

  test('is told in words', () => {
    expect(redrivenInWords(NONE)).toBe('There was nothing left to redrive.');
    expect(redrivenInWords({ ...NONE, stored: 1 })).toBe('1 event went through and is stored now.');
    expect(
      redrivenInWords({ stored: 1_200, duplicates: 1, rejected: 3, cut: 2, rejectedByReason: { out_of_scope: 3 } }),
    ).toBe(
      '1,200 events went through and are stored now; 1 event was stored before; 3 events were rejected again (beyond the reach of its key: 3) and stay here; of 2 events only the beginning is kept: mend them one by one, or discard them.',
    );
  });

  test('of one event, too', () => {
    expect(resultInWords({ outcome: 'rejected', reason: 'bad_timestamp', detail: 'timestamp is no instant' })).toBe(
      'It was rejected again and stays here: timestamp is no instant (bad_timestamp)',
    );
    expect(resultInWords({ outcome: 'stored', eventId: 'x' })).toMatch(/stored now/);
    expect(resultInWords({ outcome: 'duplicate', eventId: 'x' })).toMatch(/stored before/);
  });
});
