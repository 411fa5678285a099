import { readFile } from 'node:fs/promises';
import { createEmptyDatabase } from '@wm/testkit';
import { expect, test } from 'vitest';
import { createSql } from './client.ts';
import { migrate } from './migrate.ts';
import { dumpSchema } from './schema.ts';

test('sql/schema.sql is what the migrations make (if not: npm run schema)', async () => {
  const database = await createEmptyDatabase();
  await migrate(database.url);
  const sql = createSql(database.url, { applicationName: 'schema-test', max: 1 });
  try {
    const golden = await readFile(new URL('../../../sql/schema.sql', import.meta.url), 'utf8');
    expect(await dumpSchema(sql)).toBe(golden);
  } finally {
    await sql.end();
    await database.drop();
  }
});
