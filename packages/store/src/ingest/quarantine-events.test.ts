import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { quarantineEvents } from './quarantine-events.ts';
import type { QuarantinedEvent } from './quarantine-events.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'quarantine-events.test' });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

function reject(changes: Partial<QuarantinedEvent> = {}): QuarantinedEvent {
  return {
    reason: 'bad_timestamp',
    detail: 'timestamp is odd.',
    raw: '{"a":1}',
    eventId: null,
    env: null,
    serviceKey: null,
    keyId: null,
    bytesReplaced: false,
    ...changes,
  };
}

it('keeps the event as it came, once per reason', async () => {
  const raw = '{ "eventId":"x\\u0000\\ud800", "t":"é🚀\\"\\\\", "n":1e400 }';
  const sent = reject({ raw, eventId: 'x', env: 'e', serviceKey: 's', keyId: '11111111-1111-4111-8111-111111111111' });
  await quarantineEvents(sql, [sent, sent]);
  await quarantineEvents(sql, [sent, reject({ raw, reason: 'too_deep', detail: 'a\0b \ud800' })]);
  const rows =
    await sql`SELECT reason, detail, raw, event_id, env, service_key, key_id, redriven_at FROM quarantined_events ORDER BY reason`;
  expect(rows).toMatchObject([
    {
      reason: 'bad_timestamp',
      detail: 'timestamp is odd.',
      raw: Buffer.from(raw),
      event_id: 'x',
      env: 'e',
      service_key: 's',
      key_id: sent.keyId,
      redriven_at: null,
    },
    { reason: 'too_deep', detail: 'a\ufffdb \ufffd', raw: Buffer.from(raw), event_id: null },
  ]);
});

it('keeps the beginning of what is larger than 16 MB, and says so', async () => {
  const raw = `"${'x'.repeat(17 * 1024 * 1024)}"`;
  await quarantineEvents(sql, [
    reject({ raw, reason: 'not_an_object' }),
    reject({ raw: '"small"', reason: 'not_an_object' }),
  ]);
  const rows =
    await sql`SELECT length(raw) AS bytes, detail FROM quarantined_events WHERE reason = 'not_an_object' ORDER BY 1`;
  expect(rows).toEqual([
    { bytes: 7, detail: 'timestamp is odd.' },
    { bytes: 16_777_216, detail: `timestamp is odd. Only the first 16777216 of its ${raw.length} bytes are kept.` },
  ]);
});

it('takes the same rejects on several connections without deadlock', async () => {
  const rejects = Array.from({ length: 40 }, (_, index) => reject({ raw: String(index), reason: 'out_of_scope' }));
  await Promise.all(
    Array.from({ length: 8 }, (_, seed) => quarantineEvents(sql, seed % 2 ? rejects : rejects.toReversed())),
  );
  expect(await sql`SELECT 1 FROM quarantined_events WHERE reason = 'out_of_scope'`).toHaveLength(40);
});
