import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createSql } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import { expect, test } from 'vitest';
import { copyLine, copyValue } from './copy-text.ts';

const TEXTS = [
  'plain',
  '',
  'NULL',
  String.raw`\N`,
  'tab\tline\nreturn\r',
  String.raw`back\slash "quote" {brace},`,
  'Zoë 🚀',
];

test('COPY reads every value as it was', async () => {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'copy-test', max: 1 });
  try {
    await sql`CREATE TABLE copied (text text, list text[], numbers integer[], json jsonb, at timestamptz, flag boolean, nothing text)`;
    const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const lines = TEXTS.map((text) =>
      copyLine([
        copyValue(text, 'text'),
        copyValue([text, ...TEXTS], 'text[]'),
        copyValue([1, 2], 'integer[]'),
        copyValue({ [text]: TEXTS }, 'jsonb'),
        copyValue(at, 'instant'),
        copyValue(true, 'boolean'),
        copyValue(null, 'text'),
      ]),
    );
    await pipeline(Readable.from([Buffer.from(lines.join(''))]), await sql`COPY copied FROM STDIN`.writable());
    expect(await sql`SELECT * FROM copied`).toEqual(
      TEXTS.map((text) => ({
        text,
        list: [text, ...TEXTS],
        numbers: [1, 2],
        json: { [text]: TEXTS },
        at: new Date(at),
        flag: true,
        nothing: null,
      })),
    );
  } finally {
    await sql.end();
    await database.drop();
  }
});
