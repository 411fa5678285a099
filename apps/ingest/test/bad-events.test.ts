/** Every bad input that the specification names, each with good events around it, posted to the real service. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postTo, startHarness, workflowEvent } from './harness.ts';
import type { Harness, Receipt } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness();
});
afterAll(() => ingest?.close());
beforeEach(async () => {
  await ingest.sql`TRUNCATE workflow_events, pending_events, quarantined_events`;
});

/** Posts the entry, as JSON text, between two good events; the good ones must be stored whatever becomes of it. */
async function sendBetween(json: string | Buffer): Promise<Receipt['quarantined'][number] | null> {
  const good = [workflowEvent(), workflowEvent()];
  const [before, after] = good.map((event) => JSON.stringify(event));
  const body = Buffer.concat([Buffer.from(`{"events":[${before},`), Buffer.from(json), Buffer.from(`,${after}]}`)]);
  const response = await ingest.post(body);
  expect(response.status).toBe(202);
  const receipt = (await response.json()) as Receipt;
  expect(receipt.accepted + receipt.duplicates + receipt.quarantined.length).toBe(3);
  for (const { eventId } of good) {
    expect(await ingest.sql`SELECT 1 FROM workflow_events WHERE id = ${eventId as string}`).toHaveLength(1);
    expect(await ingest.sql`SELECT 1 FROM pending_events WHERE event_id = ${eventId as string}`).toHaveLength(1);
  }
  if (receipt.quarantined.length === 0) return null;
  expect(receipt.quarantined).toHaveLength(1);
  expect(receipt.quarantined[0]!.index).toBe(1);
  return receipt.quarantined[0]!;
}

async function expectQuarantine(json: string, reason: string, eventId: string | null): Promise<void> {
  expect(await sendBetween(json)).toEqual({ index: 1, eventId, reason });
  expect(await ingest.sql`SELECT reason, convert_from(raw, 'UTF8') AS raw, event_id FROM quarantined_events`).toEqual([
    { reason, raw: json, event_id: eventId },
  ]);
}

/** The stored row of the third event. */
async function expectStored(json: string | Buffer, id: string): Promise<Record<string, unknown>> {
  expect(await sendBetween(json)).toBeNull();
  expect(await ingest.sql`SELECT 1 FROM quarantined_events`).toHaveLength(0);
  const [row] =
    await ingest.sql`SELECT *, payload::text AS json, (extract(epoch FROM event_timestamp) * 1000)::int8 AS at
    FROM workflow_events WHERE id = ${id}`;
  expect(row).toBeDefined();
  return row!;
}

function withInput(json: string): { id: string; event: string } {
  const id = randomUUID();
  return {
    id,
    event: JSON.stringify(workflowEvent({ eventId: id, input: 0 })).replace('"input":0', `"input":${json}`),
  };
}

describe('put aside, with the reason', () => {
  it.each(['null', '17', '"text"', 'true', '[]', '[{"eventId":"x"}]'])(
    'an entry that is no object: %s',
    async (json) => {
      await expectQuarantine(json, 'not_an_object', null);
    },
  );

  it.each(['eventId', 'timestamp', 'type', 'workflowId', 'workflowName', 'env', 'serviceKey'])(
    'an event without %s',
    async (field) => {
      const event = workflowEvent({ [field]: undefined });
      await expectQuarantine(
        JSON.stringify(event),
        'missing_field',
        field === 'eventId' ? null : (event['eventId'] as string),
      );
    },
  );

  it.each([
    'now',
    'infinity',
    '-infinity',
    'epoch',
    'today',
    '2026-01-01',
    '2026-01-01 12:00:00Z',
    '2026-01-01T12:00:00',
    '2026-02-30T12:00:00Z',
    '1767268800000',
    '',
  ])('the time %j', async (timestamp) => {
    const event = workflowEvent({ timestamp });
    await expectQuarantine(JSON.stringify(event), 'bad_timestamp', event['eventId'] as string);
  });

  it.each(['eventId', 'workflowId', 'workflowName', 'executionId', 'env', 'serviceKey', 'type'])(
    '%s of 513 bytes',
    async (field) => {
      const event = workflowEvent({ [field]: `${'x'.repeat(511)}é` });
      await expectQuarantine(
        JSON.stringify(event),
        'name_too_long',
        field === 'eventId' ? null : (event['eventId'] as string),
      );
    },
  );

  it.each(['eventId', 'workflowId', 'workflowName', 'executionId', 'env', 'serviceKey', 'type'])(
    '%s with NUL or half a surrogate pair',
    async (field) => {
      for (const bad of ['a\0b', 'a\ud800']) {
        await ingest.sql`TRUNCATE quarantined_events`;
        const event = workflowEvent({ [field]: bad });
        await expectQuarantine(
          JSON.stringify(event),
          'name_unstorable',
          field === 'eventId' ? null : (event['eventId'] as string),
        );
      }
    },
  );

  it.each([
    ['a step name that is too long', { type: 'step.started', attempt: 1, stepName: 'x'.repeat(513) }, 'name_too_long'],
    ['a step name with NUL', { type: 'step.started', attempt: 1, stepName: 'a\0' }, 'name_unstorable'],
    ['a completed step with NUL', { type: 'workflow.completed', completedSteps: ['fine', 'a\0'] }, 'name_unstorable'],
    ['a step without a name', { type: 'step.started', attempt: 1 }, 'unreadable_body'],
    ['a step without an attempt', { type: 'step.completed', stepName: 'charge' }, 'unreadable_body'],
    ['an attempt that is no number', { type: 'step.failed', stepName: 'charge', attempt: 'first' }, 'unreadable_body'],
    ['a retry without a step', { type: 'retry.scheduled', attempt: 1 }, 'unreadable_body'],
  ])('%s', async (_, changes, reason) => {
    const event = workflowEvent(changes);
    await expectQuarantine(JSON.stringify(event), reason, event['eventId'] as string);
  });

  it('an attempt above what a column holds', async () => {
    const id = randomUUID();
    const json = JSON.stringify(
      workflowEvent({ eventId: id, type: 'step.started', stepName: 's', attempt: 7 }),
    ).replace('"attempt":7', '"attempt":1e400');
    await expectQuarantine(json, 'unreadable_body', id);
  });

  it.each([1_001, 100_000])('an input that is %d deep', async (depth) => {
    const { id, event } = withInput('['.repeat(depth) + ']'.repeat(depth));
    await expectQuarantine(event, 'too_deep', id);
  });

  it('the same reject again changes nothing, and is still told', async () => {
    const event = JSON.stringify(workflowEvent({ timestamp: 'now' }));
    const first = await sendBetween(event);
    expect(await sendBetween(event)).toEqual(first);
    expect(await ingest.sql`SELECT 1 FROM quarantined_events`).toHaveLength(1);
  });
});

describe('a known id', () => {
  it.each([
    ['another time', { timestamp: '2026-01-01T00:00:00.000Z' }],
    ['another workflow', { workflowId: 'w2' }],
    ['another service', { serviceKey: 'billing' }],
    ['another environment', { env: 'staging' }],
  ])('with %s is told, never swallowed', async (_, changes) => {
    const event = workflowEvent();
    await ingest.send(event);
    const id = event['eventId'] as string;
    await expectQuarantine(JSON.stringify({ ...event, ...changes }), 'id_reused', id);
    expect(await ingest.sql`SELECT 1 FROM workflow_events WHERE id = ${id}`).toHaveLength(1);
  });

  it('is told within one request, too', async () => {
    const event = workflowEvent();
    expect(await ingest.send(event, { ...event, workflowId: 'w2' }, event)).toEqual({
      accepted: 1,
      duplicates: 1,
      quarantined: [{ index: 1, eventId: event['eventId'], reason: 'id_reused' }],
    });
  });

  it('of the very same event is a duplicate', async () => {
    const events = [workflowEvent(), workflowEvent()];
    expect(await ingest.send(...events)).toEqual({ accepted: 2, duplicates: 0, quarantined: [] });
    expect(await ingest.send(...events)).toEqual({ accepted: 0, duplicates: 2, quarantined: [] });
    expect(await ingest.sql`SELECT 1 FROM workflow_events`).toHaveLength(2);
  });
});

describe('kept', () => {
  it('text that PostgreSQL cannot hold, with markers and a flag', async () => {
    const { id, event } = withInput('{"a":"x\\u0000y","b":["\\ud800","\\udc00\\ud800","\\ud83d\\ude80"],"k\\u0000":1}');
    const row = await expectStored(event, id);
    expect(row['flags']).toEqual(['text_marked']);
    expect(row['payload']).toMatchObject({
      input: { a: 'x⟦U+0000⟧y', b: ['⟦U+D800⟧', '⟦U+DC00⟧⟦U+D800⟧', '🚀'], 'k⟦U+0000⟧': 1 },
    });
  });

  it('text of 300 KB', async () => {
    const long = 'é"\\\n'.repeat(75_000);
    const { id, event } = withInput(JSON.stringify(long));
    expect((await expectStored(event, id))['payload']).toMatchObject({ input: long });
  });

  it.each([200, 1_000])('an input that is %d deep', async (depth) => {
    const { id, event } = withInput('['.repeat(depth) + ']'.repeat(depth));
    expect((await expectStored(event, id))['json']).toContain('['.repeat(depth));
  });

  it('keys called __proto__, constructor and the empty one', async () => {
    const input = '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"":0}';
    const { id, event } = withInput(input);
    const row = await expectStored(event, id);
    expect(JSON.parse(row['json'] as string).input).toEqual(JSON.parse(input));
    expect(JSON.stringify(row['json'])).toContain('__proto__');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('an event whose own keys are strange', async () => {
    const id = randomUUID();
    const event = JSON.stringify(workflowEvent({ eventId: id })).replace(
      /}$/,
      ',"__proto__":{"env":"x"},"toString":1}',
    );
    expect((await expectStored(event, id))['env']).toBe('production');
  });

  it('numbers that JavaScript cannot, as text', async () => {
    const { id, event } = withInput(
      '[9007199254740993,-12345678901234567890,1e400,-1E+999,1e-400,1.5,9007199254740991,3.3000000000000003]',
    );
    const row = await expectStored(event, id);
    expect(row['flags']).toEqual(['number_as_text']);
    expect(row['payload']).toMatchObject({
      input: [
        '9007199254740993',
        '-12345678901234567890',
        '1e400',
        '-1E+999',
        '1e-400',
        1.5,
        9007199254740991,
        3.3000000000000003,
      ],
    });
  });

  it('numbers of 140,000 digits', async () => {
    const { id, event } = withInput(`[${'9'.repeat(140_000)},0.${'1'.repeat(20_000)}]`);
    expect((await expectStored(event, id))['flags']).toEqual(['number_as_text']);
  });

  it('bytes that are no UTF-8, with a flag', async () => {
    const { id, event } = withInput('"x"');
    const [before, after] = event.split('"x"');
    const row = await expectStored(
      Buffer.concat([Buffer.from(`${before}"`), Buffer.from([0xff, 0xfe]), Buffer.from(`"${after}`)]),
      id,
    );
    expect(row['flags']).toEqual(['bytes_replaced']);
    expect(row['payload']).toMatchObject({ input: '\ufffd\ufffd' });
  });

  it('an id that is no UUID, under one made from environment, service and id', async () => {
    const event = JSON.stringify(workflowEvent({ eventId: 'evt-1' }));
    expect(await sendBetween(event)).toBeNull();
    const rows =
      await ingest.sql`SELECT id, flags, payload->>'eventId' AS original FROM workflow_events WHERE 'id_derived' = ANY (flags)`;
    expect(rows).toMatchObject([
      { id: expect.stringMatching(/^.{14}5/) as string, flags: ['id_derived'], original: 'evt-1' },
    ]);
    expect(await ingest.send(JSON.parse(event), { ...(JSON.parse(event) as object), env: 'staging' })).toEqual({
      accepted: 1,
      duplicates: 1,
      quarantined: [],
    });
  });

  it('an id in upper case, as the same one', async () => {
    const event = workflowEvent({ eventId: randomUUID().toUpperCase() });
    await expectStored(JSON.stringify(event), (event['eventId'] as string).toLowerCase());
    expect((await ingest.send({ ...event, eventId: (event['eventId'] as string).toLowerCase() })).duplicates).toBe(1);
  });

  it.each(['9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z', '1970-01-01T00:00:00Z'])(
    'the time %s, as it is',
    async (timestamp) => {
      const event = workflowEvent({ timestamp });
      const row = await expectStored(JSON.stringify(event), event['eventId'] as string);
      expect(row['at']).toBe(Date.parse(timestamp));
      expect(row['flags']).toEqual(timestamp.startsWith('9') ? ['far_future'] : []);
    },
  );

  it('a time finer than milliseconds, cut off and not rounded', async () => {
    const event = workflowEvent({ timestamp: '2026-01-01T00:59:59.999999+01:00' });
    const row = await expectStored(JSON.stringify(event), event['eventId'] as string);
    expect(row['event_timestamp']).toEqual(new Date('2025-12-31T23:59:59.999Z'));
  });

  it('an unknown type, and unknown fields', async () => {
    const event = workflowEvent({ type: 'workflow.teleported', where: { to: 'Mars' }, stepName: 7 });
    expect(await expectStored(JSON.stringify(event), event['eventId'] as string)).toMatchObject({
      event_type: 'workflow.teleported',
      payload: event,
    });
  });

  it('an event of the oldest client, without source and counting from 0', async () => {
    const event = workflowEvent({ source: undefined, type: 'step.started', stepName: 'charge', attempt: 0 });
    expect(await expectStored(JSON.stringify(event), event['eventId'] as string)).toMatchObject({ source: 'workflow' });
  });

  it('an event of a job, under its instance and name', async () => {
    const job = workflowEvent({
      source: 'job',
      type: 'job.executed',
      instanceId: 'i1',
      jobType: 'task',
      jobName: 'orderTask',
      id: 't-1',
      workflowId: undefined,
      workflowName: undefined,
      executionId: undefined,
    });
    const row = await expectStored(JSON.stringify(job), job['eventId'] as string);
    expect(row).toMatchObject({ source: 'job', workflow_id: 'i1', workflow_name: 'orderTask', execution_id: 't-1' });
    expect(await ingest.sql`SELECT 1 FROM pending_events WHERE workflow_id = 'i1'`).toHaveLength(1);
  });

  it('an input that is undefined, null, false or a text, told apart', async () => {
    const inputs = [undefined, null, false, 'text'];
    const events = inputs.map((input) => workflowEvent({ input }));
    await ingest.send(...events);
    const rows =
      await ingest.sql`SELECT payload ? 'input' AS present, payload->'input' AS input FROM workflow_events ORDER BY array_position(${events.map((event) => event['eventId'] as string)}::uuid[], id)`;
    expect(rows).toEqual([
      { present: false, input: null },
      { present: true, input: null },
      { present: true, input: false },
      { present: true, input: 'text' },
    ]);
  });
});

it('an answer counts every event of a mixed request', async () => {
  const known = workflowEvent();
  await ingest.send(known);
  const response = await postTo(ingest.url, {
    events: [null, workflowEvent(), known, workflowEvent({ timestamp: 'now' }), known, 5],
  });
  expect(await response.json()).toMatchObject({
    accepted: 1,
    duplicates: 2,
    quarantined: [
      { index: 0, eventId: null, reason: 'not_an_object' },
      { index: 3, reason: 'bad_timestamp' },
      { index: 5, reason: 'not_an_object' },
    ],
  });
});
