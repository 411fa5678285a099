import { readBody, readEvent } from '@wm/events';
import { createWakeUps, queueTarget } from '@wm/queue';
import type { WakeUps } from '@wm/queue';
import { planWorkflow } from '@wm/simulator';
import { createSql, insertEvents } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reckon } from './ledger.ts';
import { Memory } from './memory.ts';

let database: TestDatabase;
let sql: Sql;
let queue: WakeUps;
let memory: Memory;

beforeEach(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'test' });
  queue = createWakeUps(queueTarget({ databaseUrl: database.url, redisUrl: null }), {
    timeoutMs: 10_000,
    onError: () => {},
  });
  memory = new Memory();
});

afterEach(async () => {
  await queue.close();
  await sql.end();
  await database.drop();
});

/** Workflows as their trackers would post them, each in one request. */
function bodies(count: number): { events: object[] }[] {
  const startAt = Date.UTC(2026, 9, 5);
  return Array.from({ length: count }, (_none, index) => {
    const { slices } = planWorkflow(1, { index, startAt, scenario: 'success', small: true });
    return { events: slices.flatMap((slice) => [...slice.events]) };
  });
}

/** Stores them without folding them. */
async function store(body: object): Promise<void> {
  const read = readBody(Buffer.from(JSON.stringify(body)));
  if (read.kind !== 'events') throw new Error(read.problem);
  const events = read.events.map((raw) => readEvent(raw, Date.now()));
  await insertEvents(
    sql,
    events.flatMap((event) => (event.kind === 'storable' ? [event.event] : [])),
  );
}

function acknowledge(body: { events: object[] }, receipt = { accepted: body.events.length, duplicates: 0 }): void {
  memory.acknowledge(memory.remember(body), { ...receipt, quarantined: [] });
}

async function failing(): Promise<string[]> {
  const { checks } = await reckon({ sql, queue }, memory, () => {});
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

test('what is acknowledged and neither stored nor in the quarantine is noticed', async () => {
  const [body] = bodies(1);
  acknowledge(body!);
  const odd = { events: [{ ...body!.events[0], eventId: 'odd', timestamp: 'yesterday' }] };
  memory.acknowledge(memory.remember(odd), { accepted: 0, duplicates: 0, quarantined: [{ index: 0 }] });
  expect(await failing()).toEqual(['acknowledged = stored', 'rejected = quarantined']);
});

test('what is stored and not folded is noticed, twice', async () => {
  for (const body of bodies(20)) {
    acknowledge(body);
    await store(body);
  }
  expect(await failing()).toEqual(['unprocessed = 0', 'memory refolded = rows']);
  // As a worker would that marks before it commits.
  await sql`UPDATE workflow_events SET processed = true`;
  await sql`DELETE FROM pending_events`;
  expect(await failing()).toEqual(['verify', 'memory refolded = rows']);
});

test('what is stored twice, and what nobody sent, is noticed', async () => {
  const [sent, stranger] = bodies(2) as [{ events: object[] }, { events: object[] }];
  acknowledge(sent);
  await store(sent);
  await store(stranger);
  await sql`
    INSERT INTO workflow_events (id, event_timestamp, event_type, workflow_id, workflow_name, env, service_key, payload, source)
    SELECT id, event_timestamp - interval '1 ms', event_type, workflow_id, workflow_name, env, service_key, payload, source
    FROM workflow_events`;
  expect(await failing()).toEqual(['no duplicates', 'nothing else stored', 'unprocessed = 0']);
});

test('a receipt that does not add up is noticed; batches that were never acknowledged are counted apart', async () => {
  const [wrong, ...right] = bodies(12) as [{ events: object[] }, ...{ events: object[] }[]];
  const [dropped, ...rest] = right as [{ events: object[] }, ...{ events: object[] }[]];
  acknowledge(wrong, { accepted: 1, duplicates: 0 });
  for (const body of rest) acknowledge(body);
  memory.remember(dropped);
  for (const body of [wrong, ...right]) await store(body);
  const { checks, unacknowledged } = await reckon({ sql, queue }, memory, () => {});
  expect(unacknowledged).toEqual({ sent: dropped.events.length, stored: dropped.events.length });
  expect(checks.find(({ name }) => name === 'answers add up')).toMatchObject({ ok: false });
  expect(checks.find(({ name }) => name === 'acknowledged = stored')).toMatchObject({ ok: true });
});
