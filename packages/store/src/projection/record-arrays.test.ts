import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordArrays } from './record-arrays.ts';

const FAR = 8.64e15;

test('an instant is written as Date writes it, whatever day it is on', () => {
  const instants = fc.array(
    fc.oneof(fc.integer({ min: -FAR, max: FAR }), fc.integer({ min: 1_764_000_000_000, max: 1_764_200_000_000 })),
  );
  fc.assert(
    fc.property(instants, (ats) => {
      const [array] = recordArrays(
        [{ field: 'at', type: 'instant' }],
        ats.map((at) => ({ at })),
      );
      expect(array).toBe(`{${ats.map((at) => new Date(at).toISOString()).join(',')}}`);
    }),
  );
});
