import { randomUUID } from 'node:crypto';
import { readBody, readEvent } from '@wm/events';
import type { StorableEvent } from '@wm/events';
import { createTestDatabase } from '@wm/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { insertEvents } from './insert-events.ts';

const AT = Date.parse('2026-03-04T05:06:07.891Z');
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'insert-events.test', statementTimeoutMs: 10_000 });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});
beforeEach(async () => {
  await sql`TRUNCATE workflow_events, pending_events`;
});

function event(changes: Partial<StorableEvent> = {}): StorableEvent {
  return {
    id: randomUUID(),
    type: 'workflow.started',
    source: 'workflow',
    workflowId: 'w1',
    workflowName: 'processOrder',
    executionId: 'order-1',
    env: 'production',
    serviceKey: 'orders',
    at: AT,
    flags: [],
    payload: '{"input":1}',
    ...changes,
  };
}

it('writes the row and its place on the work list', async () => {
  const awkward = 'a,"b\'\\{}\n\té🚀NULL';
  const sent = event({
    workflowId: awkward,
    executionId: awkward,
    flags: ['far_future', 'id_derived'],
    payload: `{"t":${JSON.stringify(awkward)}}`,
  });
  expect(await insertEvents(sql, [sent])).toEqual(['inserted']);
  const [row] = await sql`SELECT * FROM workflow_events`;
  expect(row).toMatchObject({
    id: sent.id,
    event_type: 'workflow.started',
    workflow_id: awkward,
    workflow_name: 'processOrder',
    env: 'production',
    service_key: 'orders',
    event_timestamp: new Date(AT),
    payload: { t: awkward },
    processed: false,
    source: 'workflow',
    execution_id: awkward,
    flags: ['far_future', 'id_derived'],
  });
  const [pending] = await sql`SELECT * FROM pending_events`;
  expect(pending).toEqual({
    env: 'production',
    service_key: 'orders',
    workflow_id: awkward,
    event_timestamp: new Date(AT),
    event_id: sent.id,
    received_at: row!['received_at'],
  });
});

it('takes times of any year', async () => {
  const times = [Date.UTC(2000, 0, 1), 253402300799999, new Date('0001-01-01T00:00:00Z').getTime()];
  await insertEvents(
    sql,
    times.map((at) => event({ at })),
  );
  const rows = await sql<
    { at: number }[]
  >`SELECT (extract(epoch FROM event_timestamp) * 1000)::int8 AS at FROM workflow_events`;
  expect(rows.map((row) => row.at).toSorted((a, b) => a - b)).toEqual(times.toSorted((a, b) => a - b));
});

it('takes no event at all', async () => {
  expect(await insertEvents(sql, [])).toEqual([]);
});

describe('an id that is known', () => {
  it('is a duplicate where it is the same event, and leaves the stored one alone', async () => {
    const sent = event();
    await insertEvents(sql, [sent]);
    await sql`DELETE FROM pending_events`;
    expect(await insertEvents(sql, [event(), { ...sent, payload: '{}', flags: ['far_future'] }, event()])).toEqual([
      'inserted',
      'duplicate',
      'inserted',
    ]);
    expect(await sql`SELECT payload FROM workflow_events WHERE id = ${sent.id}`).toEqual([{ payload: { input: 1 } }]);
    expect(await sql`SELECT * FROM pending_events WHERE event_id = ${sent.id}`).toHaveLength(0);
  });

  it.each<[string, Partial<StorableEvent>]>([
    ['another time', { at: AT + 1 }],
    ['a time in another partition', { at: AT - 90 * 86_400_000 }],
    ['another workflow', { workflowId: 'w2' }],
    ['another service', { serviceKey: 'billing' }],
    ['another environment', { env: 'staging' }],
  ])('is reused with %s', async (_, change) => {
    const sent = event();
    expect(await insertEvents(sql, [sent])).toEqual(['inserted']);
    expect(await insertEvents(sql, [{ ...sent, ...change }, sent])).toEqual(['id_reused', 'duplicate']);
    // Both at once in one batch: the first one stays.
    const together = event();
    expect(await insertEvents(sql, [together, { ...together, ...change }, together])).toEqual([
      'inserted',
      'id_reused',
      'duplicate',
    ]);
    expect(await sql`SELECT id FROM workflow_events`).toHaveLength(2);
  });

  it('is reused as often as a batch may hold it, in a few statements', async () => {
    const sent = event();
    const others = Array.from({ length: 3_000 }, (_, index) => ({ ...sent, at: AT + 1 + index }));
    const reused = others.map(() => 'id_reused');
    let statements = 0;
    const counted = createSql(database.url, { applicationName: 'counted', max: 1 });
    const options = counted.options as { debug?: unknown };
    options.debug = () => (statements += 1);
    expect(await insertEvents(counted, [sent, ...others])).toEqual(['inserted', ...reused]);
    // The stored one is found behind another one with its id.
    expect(await insertEvents(counted, [...others, sent, sent])).toEqual([...reused, 'duplicate', 'duplicate']);
    expect(statements).toBeGreaterThan(1);
    expect(statements).toBeLessThan(10);
    await counted.end();
    expect(await sql`SELECT id FROM workflow_events`).toHaveLength(1);
  });
});

it('gives concurrent batches with the same ids one winner each, without deadlock', async () => {
  const shared = Array.from({ length: 60 }, (_, index) =>
    event({ workflowId: `w${index % 7}`, at: AT - (index % 5) * 31 * 86_400_000 }),
  );
  const batches = Array.from({ length: 16 }, (_, seed) =>
    shared.toSorted((a, b) => hash(a.id, seed) - hash(b.id, seed)),
  );
  const outcomes = await Promise.all(batches.map((batch) => insertEvents(sql, batch)));
  const inserted = outcomes.flat().filter((outcome) => outcome === 'inserted');
  expect(inserted).toHaveLength(60);
  expect(new Set(outcomes.flat())).toEqual(new Set(['inserted', 'duplicate']));
  expect(await sql`SELECT 1 FROM workflow_events`).toHaveLength(60);
  expect(await sql`SELECT 1 FROM pending_events`).toHaveLength(60);
});

function hash(id: string, seed: number): number {
  return Number.parseInt(id.slice(seed % 6, (seed % 6) + 2), 16);
}

it('waits for a transaction that is writing the same id, and sees what became of it', async () => {
  const sent = event();
  const outcome = await sql.begin(async (tx) => {
    expect(await insertEvents(tx, [sent])).toEqual(['inserted']);
    return { later: insertEvents(sql, [{ ...sent, workflowId: 'w2' }, event()]) };
  });
  expect(await outcome.later).toEqual(['id_reused', 'inserted']);
});

it('stores nothing of a batch that PostgreSQL refuses', async () => {
  await expect(insertEvents(sql, [event(), event({ payload: '"a\\u0000"' })])).rejects.toMatchObject({ code: '22P05' });
  expect(await sql`SELECT 1 FROM workflow_events`).toHaveLength(0);
});

it('takes whatever sanitising lets through, and gives back the same value', async () => {
  const workflow = {
    timestamp: new Date(AT).toISOString(),
    type: 'workflow.started',
    workflowId: 'w',
    workflowName: 'n',
    env: 'e',
    serviceKey: 's',
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }), { minLength: 1 }),
      async (inputs) => {
        const events = inputs.map((input) => JSON.stringify({ ...workflow, eventId: randomUUID(), input }));
        events.push(
          ...[
            '1e400',
            '-0',
            '1E-7',
            '123456789012345678901',
            `1${'0'.repeat(140_000)}`,
            `0.${'1'.repeat(20_000)}`,
            '0e-99999',
          ].map((number) =>
            JSON.stringify({ ...workflow, eventId: randomUUID() }).replace(/}$/, `,"input":${number}}`),
          ),
        );
        const body = readBody(Buffer.from(`{"events":[${events.join(',')}]}`));
        if (body.kind !== 'events') throw new Error(body.problem);
        const rows = body.events.map((raw) => {
          const read = readEvent(raw, AT);
          if (read.kind === 'rejected') throw new Error(read.rejection.detail);
          return read.event;
        });
        expect(new Set(await insertEvents(sql, rows))).toEqual(new Set(['inserted']));
        const stored = await sql<
          { id: string; payload: unknown }[]
        >`SELECT id, payload FROM workflow_events WHERE id = ANY (${rows.map((row) => row.id)})`;
        const byId = new Map(stored.map((row) => [row.id, row.payload]));
        for (const row of rows) expect(byId.get(row.id)).toEqual(withoutNegativeZero(JSON.parse(row.payload)));
      },
    ),
    { numRuns: 60 },
  );
});

/** PostgreSQL's numeric knows no -0. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

it('takes a payload that is 1,000 deep', async () => {
  const payload = `${'['.repeat(1_001)}${']'.repeat(1_001)}`;
  expect(await insertEvents(sql, [event({ payload })])).toEqual(['inserted']);
});

it('finds known ids without reading the log', async () => {
  const plan = await sql.begin(async (tx) => {
    await tx`SET LOCAL enable_seqscan = off`;
    return tx<
      Record<string, string>[]
    >`EXPLAIN SELECT id FROM workflow_events WHERE id = ANY (${[randomUUID()]}::uuid[])`;
  });
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).toContain('workflow_events_default_pkey');
  expect(text).not.toContain('Seq Scan');
});
