import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workflowRowId } from '@wm/projection';
import { compareInOrder } from './list-order.ts';
import { vaguePlace } from './vague-place.ts';

const A = '3a64b2f0-1c2d-5e3f-8a4b-5c6d7e8f9a0b';
const B = '3a7f0000-1c2d-5e3f-8a4b-5c6d7e8f9a0b';
const FIRST_ID = '00000000-0000-5000-8000-000000000000';
const LAST_ID = 'ffffffff-ffff-5fff-bfff-ffffffffffff';
const at = (...keys: (string | number)[]) => ({ keys, id: A });

describe('the roundest place between two', () => {
  test.each([
    ['times', ['2026-03-01T11:58:03.120000Z'], ['2026-03-01T12:04:05.678901Z'], ['2026-03-01T12:00:00.000000Z']],
    [
      'in one second',
      ['2026-03-01T12:00:01.123456Z'],
      ['2026-03-01T12:00:01.127999Z'],
      ['2026-03-01T12:00:01.127000Z'],
    ],
    ['numbers', [812], [1_377], [1_000]],
    ['near numbers', [1_376], [1_377], [1_377]],
    [
      'the first that differ',
      [2, '2026-03-01T12:00:00.000000Z'],
      [3, '2026-03-01T12:00:00.000000Z'],
      [3, '0001-01-01T00:00:00.000000Z'],
    ],
  ])('rising: %s', (_, from, to, expected) => {
    expect(vaguePlace(at(...from), at(...to), 'asc')).toEqual({ keys: expected, id: FIRST_ID });
  });

  test.each([
    ['times', ['2026-03-02T12:04:05.678901Z'], ['2026-03-01T11:58:03.120000Z'], ['2026-03-01T23:59:59.999999Z']],
    ['months', ['2026-04-30T12:00:00.000000Z'], ['2026-02-11T00:00:00.000000Z'], ['2026-02-11T23:59:59.999999Z']],
    ['numbers', [1_377], [812], [1_000]],
  ])('falling: %s', (_, from, to, expected) => {
    expect(vaguePlace(at(...from), at(...to), 'desc')).toEqual({ keys: expected, id: LAST_ID });
  });

  test('where all values are the same, among the ids', () => {
    const [from, to] = [at(7), { keys: [7], id: B }];
    expect(vaguePlace(from, to, 'asc')).toEqual({ keys: [7], id: `3a7${FIRST_ID.slice(3)}` });
    expect(vaguePlace(to, from, 'desc')).toEqual({ keys: [7], id: `3a6${LAST_ID.slice(3)}` });
  });
});

test('it lies behind the first and not behind the second, and is never the run there while there is room', () => {
  const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  const text = fc
    .tuple(time, fc.integer({ min: 0, max: 999 }))
    .map(([date, us]) => `${date.toISOString().slice(0, 23)}${String(us).padStart(3, '0')}Z`);
  const id = fc.integer().map((n) => workflowRowId({ env: 'e', serviceKey: 's', workflowId: String(n) }, 1));
  const place = fc.record({ keys: fc.tuple(fc.integer({ min: 0, max: 9 }), text), id });
  fc.assert(
    fc.property(place, place, fc.constantFrom('asc', 'desc'), (one, other, direction) => {
      fc.pre(compareInOrder(one, other, direction) !== 0);
      const [from, to] = compareInOrder(one, other, direction) < 0 ? [one, other] : [other, one];
      const vague = vaguePlace(from, to, direction);
      expect(compareInOrder(from, vague, direction)).toBeLessThan(0);
      expect(compareInOrder(vague, to, direction)).toBeLessThan(0);
      expect(vague.id).not.toBe(to.id);
    }),
  );
});
