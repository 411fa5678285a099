import * as fc from 'fast-check';
import { createSql } from '../client.ts';
import { createEmptyDatabase } from '@wm/testkit';
import { expect, test } from 'vitest';
import { fromRecords, recordArrays } from './record-arrays.ts';

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

test('what was put in comes out: quotes, separators, control characters, nulls', async () => {
  const database = await createEmptyDatabase();
  const sql = createSql(database.url, { applicationName: 'wm-test', max: 1 });
  const fields = [
    { field: 'name', type: 'text' },
    { field: 'count', type: 'integer' },
    { field: 'texts', type: 'text[]' },
    { field: 'value', type: 'jsonb' },
  ];
  const text = fc.oneof(
    fc.constantFrom('', 'NULL', '"', '\\', '{a,b}', '\u001e', ' a ', 'é⟦'),
    fc.string({ unit: 'grapheme' }).map((some) => some.replaceAll('\0', '')),
  );
  const rows = fc.array(
    fc.record({
      name: fc.option(text),
      count: fc.option(fc.nat(1_000)),
      texts: fc.array(text, { maxLength: 3 }),
      value: fc.record({ key: text }),
    }),
  );
  try {
    await fc.assert(
      fc.asyncProperty(rows, async (records) => {
        const read = await sql.unsafe(`SELECT * FROM ${fromRecords(fields)}`, recordArrays(fields, records));
        expect([...read]).toEqual(records);
      }),
      { numRuns: 50 },
    );
  } finally {
    await sql.end();
    await database.drop();
  }
});
