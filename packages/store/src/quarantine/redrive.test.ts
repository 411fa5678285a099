import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventText, reject } from '../../test/rejects.ts';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { quarantineEvents } from '../ingest/quarantine-events.ts';
import type { QuarantinedEvent } from '../ingest/quarantine-events.ts';
import { EVERYTHING } from '../read/scope.ts';
import { discardOne } from './discard.ts';
import { findQuarantined, listQuarantineActions } from './find-quarantined.ts';
import type { QuarantineFilter } from './quarantine-filter.ts';
import { redriveOne, redriveSome } from './redrive.ts';
import type { Redriver } from './redrive.ts';

const ANY: QuarantineFilter = { scope: EVERYTHING, reason: null, env: null, service: null, since: null, until: null };
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
let woken: Parameters<Redriver['wake']>[0][number][];

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'redrive.test' });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});
beforeEach(async () => {
  await sql`TRUNCATE workflow_events, pending_events, quarantined_events, quarantine_actions`;
  woken = [];
});

const redriver: Redriver = { actor: 'cli', wake: async (wakeUps) => woken.push(...wakeUps) };

/** Puts events aside, in this order of arrival; returns the ids of their entries. */
async function aside(...events: QuarantinedEvent[]): Promise<string[]> {
  const ids: string[] = [];
  for (const event of events) {
    await quarantineEvents(sql, [event]);
    const [row] = await sql<{ id: string }[]>`
      UPDATE quarantined_events SET received_at = timestamptz '2026-03-05' + ${ids.length} * interval '1 second'
      WHERE raw = convert_to(${event.raw}, 'UTF8') AND reason = ${event.reason} RETURNING id`;
    ids.push(row!.id);
  }
  return ids;
}

const redrive = (id: string, mended: string | null = null, scope = EVERYTHING) =>
  redriveOne(sql, id, scope, mended, redriver);
const entryOf = async (id: string) => (await findQuarantined(sql, id, EVERYTHING))!;
const storedIds = async () =>
  (await sql<{ id: string }[]>`SELECT id FROM workflow_events ORDER BY id`).map(({ id }) => id);

describe('one entry', () => {
  it('goes into the log and onto the work list, and the workers are woken', async () => {
    const eventId = randomUUID();
    const [id] = await aside(
      reject(eventText({ eventId, input: { big: 1 } }).replace('"big":1', '"big":12345678901234567890')),
    );
    expect(await redrive(id!)).toEqual({ outcome: 'stored', eventId });
    const key = { env: 'production', serviceKey: 'orders', workflowId: 'w1' };
    expect(woken).toEqual([{ key }]);
    const [row] = await sql`SELECT id, flags, payload -> 'input' ->> 'big' AS big FROM workflow_events`;
    expect(row).toEqual({ id: eventId, flags: ['number_as_text'], big: '12345678901234567890' });
    expect(await sql`SELECT 1 FROM pending_events WHERE event_id = ${eventId}`).toHaveLength(1);
    expect(await entryOf(id!)).toMatchObject({ state: 'redriven', redrivenAt: expect.any(Date) as Date });
    expect(await listQuarantineActions(sql, id!)).toEqual([
      {
        action: 'redrive',
        outcome: 'stored',
        detail: null,
        eventId,
        mended: false,
        actor: 'cli',
        actedAt: expect.any(Date) as Date,
      },
    ]);
  });

  it('is redriven once, however many ask at the same moment', async () => {
    const [id] = await aside(reject(eventText()));
    const results = await Promise.all(Array.from({ length: 6 }, () => redrive(id!)));
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual([...Array(5).fill('settled'), 'stored']);
    expect(results).toContainEqual({ outcome: 'settled', state: 'redriven' });
    expect(await listQuarantineActions(sql, id!)).toHaveLength(1);
  });

  it('that is in the log already is told as a duplicate, marked, and woken for', async () => {
    const raw = eventText();
    const [first, second] = await aside(reject(raw), reject(raw, { reason: 'unreadable_body' }));
    expect(await redrive(first!)).toMatchObject({ outcome: 'stored' });
    expect(await redrive(second!)).toMatchObject({ outcome: 'duplicate' });
    expect(woken).toHaveLength(2);
    expect((await entryOf(second!)).state).toBe('redriven');
  });

  it('that is still rejected stays, with the new reason told and noted', async () => {
    const [id] = await aside(reject(eventText({ timestamp: 'soon' })));
    expect(await redrive(id!)).toMatchObject({ outcome: 'rejected', reason: 'bad_timestamp' });
    expect(await entryOf(id!)).toMatchObject({ state: 'open', reason: 'out_of_scope' });
    expect(await listQuarantineActions(sql, id!)).toMatchObject([
      { outcome: 'rejected', detail: expect.stringContaining('bad_timestamp') as string, eventId: null },
    ]);
    expect([await storedIds(), woken]).toEqual([[], []]);
  });

  it('goes through mended, and the note says so', async () => {
    const raw = eventText({ type: 'step.started', stepName: 'charge' });
    const [id] = await aside(reject(raw, { reason: 'unreadable_body' }));
    expect(await redrive(id!)).toMatchObject({ reason: 'unreadable_body' });
    expect(await redrive(id!, raw.replace(/}$/, ',"attempt":1}'))).toMatchObject({ outcome: 'stored' });
    const actions = await listQuarantineActions(sql, id!);
    expect(actions.map(({ outcome, mended }) => [outcome, mended])).toEqual([
      ['rejected', false],
      ['stored', true],
    ]);
    expect((await entryOf(id!)).raw).toBe(raw);
  });

  it('whose id belongs to another event stays', async () => {
    const eventId = randomUUID();
    const [first, second] = await aside(
      reject(eventText({ eventId })),
      reject(eventText({ eventId, workflowId: 'w2' })),
    );
    await redrive(first!);
    expect(await redrive(second!)).toMatchObject({ outcome: 'rejected', reason: 'id_reused' });
  });

  it('that PostgreSQL refuses stays, and the note is kept whatever it quotes', async () => {
    await sql`ALTER TABLE workflow_events ADD CONSTRAINT odd CHECK (payload ->> 'input' IS DISTINCT FROM 'odd')`;
    try {
      const [id] = await aside(reject(eventText({ input: 'odd' })));
      expect(await redrive(id!)).toMatchObject({ outcome: 'rejected', reason: 'refused_by_database' });
      expect(await listQuarantineActions(sql, id!)).toHaveLength(1);
    } finally {
      await sql`ALTER TABLE workflow_events DROP CONSTRAINT odd`;
    }
  });

  it('is neither found nor stored outside of the reach of who asks', async () => {
    const staging = { env: 'staging', serviceKey: null };
    const [outside, inside] = await aside(reject(eventText()), reject(eventText({ env: 'staging' })));
    expect(await redrive(outside!, null, staging)).toEqual({ outcome: 'not_found' });
    expect(await redrive(inside!, eventText({ env: 'production' }), staging)).toMatchObject({
      outcome: 'rejected',
      reason: 'out_of_scope',
    });
    expect(await redrive(inside!, null, staging)).toMatchObject({ outcome: 'stored' });
    expect(await redrive(randomUUID())).toEqual({ outcome: 'not_found' });
  });

  it('with replaced bytes in a name stays: it could be that of another', async () => {
    const raw = eventText({ workflowName: 'a\ufffdb' });
    const [lost, meant] = await aside(
      reject(raw, { reason: 'name_unstorable', bytesReplaced: true }),
      reject(eventText({ workflowName: 'a\ufffdb' }), { bytesReplaced: false }),
    );
    expect(await redrive(lost!)).toMatchObject({ reason: 'name_unstorable' });
    expect(await redrive(meant!)).toMatchObject({ outcome: 'stored' });
  });

  it('of which only the beginning is kept goes through mended only', async () => {
    const raw = eventText({ input: 'x'.repeat(500) });
    await quarantineEvents(sql, [reject(raw)], 100);
    const [row] = await sql<{ id: string }[]>`SELECT id FROM quarantined_events`;
    expect(await redrive(row!.id)).toEqual({ outcome: 'cut' });
    expect(await redrive(row!.id, raw)).toMatchObject({ outcome: 'stored' });
  });

  it('stays open where the commit fails, and nothing is stored', async () => {
    const [id] = await aside(reject(eventText()));
    await sql`ALTER TABLE quarantine_actions ADD CONSTRAINT nobody CHECK (actor <> 'cli') NOT VALID`;
    await expect(redrive(id!)).rejects.toThrow('nobody');
    await sql`ALTER TABLE quarantine_actions DROP CONSTRAINT nobody`;
    expect([(await entryOf(id!)).state, await storedIds(), woken]).toEqual(['open', [], []]);
  });
});

describe('many entries', () => {
  it('go through by filter, page by page, and what is rejected again stands in the way of none', async () => {
    const good = Array.from({ length: 5 }, () => eventText());
    const ids = await aside(
      ...good.map((raw) => reject(raw)),
      reject(eventText({ timestamp: 'soon' })),
      reject(eventText({ type: 'step.started' }), { reason: 'unreadable_body' }),
      reject(good[0]!, { reason: 'id_reused' }),
    );
    const totals = { stored: 0, duplicates: 0 };
    const rejected: Record<string, number>[] = [];
    let next: Awaited<ReturnType<typeof redriveSome>>['next'] = null;
    let calls = 0;
    do {
      const counts = await redriveSome(sql, ANY, { after: next, limit: 3 }, redriver);
      totals.stored += counts.stored;
      totals.duplicates += counts.duplicates;
      rejected.push(counts.rejected);
      next = counts.next;
      calls += 1;
    } while (next !== null);
    expect([calls, totals]).toEqual([3, { stored: 5, duplicates: 1 }]);
    expect(rejected).toEqual([{}, { bad_timestamp: 1 }, { unreadable_body: 1 }]);
    expect(await storedIds()).toHaveLength(5);
    const states = await Promise.all(ids.map(async (id) => (await entryOf(id)).state));
    expect(states).toEqual([...Array(5).fill('redriven'), 'open', 'open', 'redriven']);
    // One wake-up for each workflow and page.
    expect(woken).toHaveLength(3);
    expect(await sql`SELECT 1 FROM quarantine_actions WHERE outcome = 'rejected'`).toHaveLength(0);
  });

  it('are only those that the filter means, and that the key reaches', async () => {
    await aside(
      reject(eventText()),
      reject(eventText({ env: 'staging' })),
      reject(eventText({ env: 'staging', serviceKey: 'mail' })),
      reject(eventText({ env: 'staging', serviceKey: 'mail' }), { reason: 'id_reused' }),
    );
    const redriven = async (filter: Partial<QuarantineFilter>) =>
      (await redriveSome(sql, { ...ANY, ...filter }, { after: null, limit: 9 }, redriver)).stored;
    const at = Date.parse('2026-03-05T00:00:00Z');
    expect(await redriven({ reason: 'bad_timestamp' })).toBe(0);
    expect(await redriven({ scope: { env: 'staging', serviceKey: null }, env: 'production' })).toBe(0);
    expect(await redriven({ since: at, until: at })).toBe(0);
    expect(await redriven({ since: at, until: at + 1_000 })).toBe(1);
    expect(await redriven({ reason: 'out_of_scope', service: 'mail' })).toBe(1);
    expect(await redriven({ scope: { env: 'staging', serviceKey: 'orders' } })).toBe(1);
    expect(await redriven({})).toBe(1);
  });

  it('of which PostgreSQL refuses one: that one stays', async () => {
    await sql`ALTER TABLE workflow_events ADD CONSTRAINT odd CHECK (payload ->> 'input' IS DISTINCT FROM 'odd')`;
    try {
      await aside(...Array.from({ length: 7 }, (_, nth) => reject(eventText({ input: nth === 4 ? 'odd' : nth }))));
      const counts = await redriveSome(sql, ANY, { after: null, limit: 100 }, redriver);
      expect(counts).toEqual({ stored: 6, duplicates: 0, rejected: { refused_by_database: 1 }, cut: 0, next: null });
    } finally {
      await sql`ALTER TABLE workflow_events DROP CONSTRAINT odd`;
    }
  });

  it('that are large make short pages, and cut ones are counted', async () => {
    const large = () => reject(eventText({ input: 'x'.repeat(5 * 1024 * 1024) }));
    await aside(large(), large(), large());
    await quarantineEvents(sql, [reject(eventText({ input: 'x'.repeat(500) }))], 100);
    const first = await redriveSome(sql, ANY, { after: null, limit: 100 }, redriver);
    expect(first).toMatchObject({ stored: 2, cut: 0, next: { at: Date.parse('2026-03-05T00:00:01Z') } });
    const second = await redriveSome(sql, ANY, { after: first.next, limit: 100 }, redriver);
    expect(second).toMatchObject({ stored: 1, cut: 1, next: null });
  });

  it('taken by two at once are each redriven once', async () => {
    await aside(...Array.from({ length: 40 }, () => reject(eventText())));
    const page = { after: null, limit: 100 };
    const counts = await Promise.all([1, 2, 3, 4].map(() => redriveSome(sql, ANY, page, redriver)));
    expect(counts.reduce((sum, { stored }) => sum + stored, 0)).toBe(40);
    expect(await sql`SELECT 1 FROM quarantine_actions`).toHaveLength(40);
  });

  it('do not hold those that were discarded', async () => {
    const [first] = await aside(reject(eventText()), reject(eventText()));
    await discardOne(sql, first!, EVERYTHING, { actor: 'cli', why: 'a test' });
    expect((await redriveSome(sql, ANY, { after: null, limit: 9 }, redriver)).stored).toBe(1);
    expect(await redrive(first!)).toEqual({ outcome: 'settled', state: 'discarded' });
  });
});
