import { createSql } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import { expect, test } from 'vitest';
import { runAtSize } from './run.ts';

/** As many as it takes to find a row for every damage. */
const EVENTS = 4_000;

test('what npm run at-size does, with a small store', { timeout: 600_000 }, async () => {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'at-size-test', max: 4 });
  try {
    const options = { events: EVENTS, seed: 1, rate: 20, baselineMs: 500, say: () => {} };
    const { signal } = new AbortController();
    const report = await runAtSize({ ...options, databaseUrl: database.url, sql, signal });
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.damages).toBeGreaterThan(140);
    expect(report.during.reads).toBeGreaterThan(0);
  } finally {
    await sql.end();
    await database.drop();
  }
});
