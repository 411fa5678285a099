import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventText, reject } from '../../test/rejects.ts';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { quarantineEvents } from '../ingest/quarantine-events.ts';
import { EVERYTHING } from '../read/scope.ts';
import { discardOne, discardSome } from './discard.ts';
import { listQuarantineActions } from './find-quarantined.ts';
import { listQuarantined } from './list-quarantined.ts';
import type { QuarantineFilter } from './quarantine-filter.ts';
import { HEAD_BYTES, readQuarantineBytes } from './room.ts';

const ANY: QuarantineFilter = { scope: EVERYTHING, reason: null, env: null, service: null, since: null, until: null };
const BOUND = 10_000;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'room.test' });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});
beforeEach(async () => {
  await sql`TRUNCATE quarantined_events, quarantine_actions`;
});

/** A reject with a text of about 1,300 bytes. */
const large = () => reject(eventText({ input: 'é'.repeat(550) }));
const all = () => listQuarantined(sql, ANY, null, null, 1_000);

async function expectCountedRight(): Promise<void> {
  const [row] = await sql<{ bytes: number }[]>`
    SELECT coalesce(sum(octet_length(raw)), 0)::bigint AS bytes FROM quarantined_events
    WHERE octet_length(raw) > ${HEAD_BYTES}::int`;
  expect(await readQuarantineBytes(sql)).toBe(row!.bytes);
}

it('keeps whole texts up to the bound, then beginnings, each with its entry and its reason', async () => {
  const sent = Array.from({ length: 30 }, large);
  let withoutRoom = 0;
  for (let from = 0; from < 30; from += 5) {
    withoutRoom += await quarantineEvents(sql, sent.slice(from, from + 5), BOUND);
    expect(await readQuarantineBytes(sql)).toBeLessThanOrEqual(BOUND);
  }
  const rows = await all();
  const cut = rows.filter((row) => row.rawCut);
  expect([rows.length, cut.length]).toEqual([30, withoutRoom]);
  expect(cut.length).toBeGreaterThan(20);
  for (const row of cut) {
    expect(row).toMatchObject({ reason: 'out_of_scope', env: 'production', serviceKey: 'orders' });
    expect(row.rawBytes).toBeLessThanOrEqual(HEAD_BYTES);
    expect(row.detail).toMatch(/The quarantine is full\. Only the first 256 of its \d+ bytes are kept\.$/);
  }
  const [beginning] =
    await sql`SELECT 1 FROM quarantined_events WHERE raw_cut AND convert_from(raw, 'UTF8') LIKE '{"eventId":"%'`;
  expect(beginning).toBeDefined();
  await expectCountedRight();
  // Sent again, nothing changes.
  expect(await quarantineEvents(sql, sent, BOUND)).toBe(0);
  expect(await all()).toHaveLength(30);
});

it('keeps short texts whole even then: their beginning is all of them', async () => {
  const short = reject(`{"eventId":"${randomUUID()}"}`);
  expect(await quarantineEvents(sql, [large(), short], 0)).toBe(1);
  expect((await all()).filter((row) => !row.rawCut)).toMatchObject([{ eventId: short.eventId }]);
  expect(await readQuarantineBytes(sql)).toBe(0);
});

it('gives the room of what was settled to what comes, and only when it is needed', async () => {
  await quarantineEvents(sql, Array.from({ length: 7 }, large), BOUND);
  const [first, second] = await all();
  for (const row of [first!, second!]) await discardOne(sql, row.id, EVERYTHING, { actor: 'cli', why: 'a test' });
  expect((await all()).some((row) => row.rawCut)).toBe(false);
  expect(await quarantineEvents(sql, [large(), large()], BOUND)).toBe(0);
  const rows = await all();
  expect(rows.filter((row) => row.rawCut).map((row) => row.id)).toEqual([first!.id, second!.id]);
  await expectCountedRight();
  expect(await quarantineEvents(sql, [large(), large()], BOUND)).toBeGreaterThan(0);
});

it('counts right whatever is done, on many connections at once', async () => {
  await Promise.all(Array.from({ length: 12 }, () => quarantineEvents(sql, [large(), large(), large()])));
  await expectCountedRight();
  await sql`DELETE FROM quarantined_events WHERE id IN (SELECT id FROM quarantined_events LIMIT 10)`;
  await sql`UPDATE quarantined_events SET raw = 'short'::bytea WHERE id IN (SELECT id FROM quarantined_events LIMIT 5)`;
  await expectCountedRight();
  await sql`TRUNCATE quarantined_events`;
  await expectCountedRight();
});

it('discards with who and why, once', async () => {
  await quarantineEvents(sql, [large(), large(), large()]);
  const [row] = await all();
  const by = { actor: 'cli', why: 'sent by a\0test' };
  const results = await Promise.all(Array.from({ length: 4 }, () => discardOne(sql, row!.id, EVERYTHING, by)));
  expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['discarded', 'settled', 'settled', 'settled']);
  expect(await listQuarantineActions(sql, row!.id)).toMatchObject([
    { action: 'discard', outcome: 'discarded', detail: 'sent by a\ufffdtest', actor: 'cli', eventId: null },
  ]);
  expect(await discardOne(sql, randomUUID(), EVERYTHING, by)).toEqual({ outcome: 'not_found' });
  expect(await discardOne(sql, row!.id, { env: 'staging', serviceKey: null }, by)).toEqual({ outcome: 'not_found' });
  expect(await discardSome(sql, { ...ANY, scope: { env: 'staging', serviceKey: null } }, 9, by)).toBe(0);
  expect([await discardSome(sql, ANY, 1, by), await discardSome(sql, ANY, 9, by)]).toEqual([1, 1]);
  expect(await sql`SELECT 1 FROM quarantine_actions WHERE action = 'discard'`).toHaveLength(3);
});
