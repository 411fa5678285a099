/** The quarantine over HTTP: what the real ingest service put aside, looked at and decided about through the real api. */
import { createKey } from '@wm/store';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { metric, postTo, startHarness, workflowEvent, type Harness } from '../../../ingest/test/harness.ts';
import { startTestApi, type StartedApi } from '../../test/started-api.ts';
import type { Json } from '../../test/test-api.ts';

let ingest: Harness;
let api: StartedApi;
let locked: { ingest: Awaited<ReturnType<Harness['start']>>; api: StartedApi };

beforeAll(async () => {
  ingest = await startHarness();
  api = await startTestApi(ingest.databaseUrl);
  locked = {
    ingest: await ingest.start({ auth: 'on' }),
    api: await startTestApi(ingest.databaseUrl, { auth: 'on' }),
  };
}, 60_000);
afterAll(async () => {
  await api?.stop();
  await locked?.api.stop();
  await ingest?.close();
});
beforeEach(async () => {
  await ingest.sql`TRUNCATE workflow_events, pending_events, quarantined_events, quarantine_actions`;
});

async function ask(path: string, init: RequestInit & { token?: string; at?: string } = {}) {
  const { token, at = api.url, ...rest } = init;
  const headers = { ...(token === undefined ? {} : { 'x-api-key': token }), ...(rest.headers as object) };
  const response = await fetch(`${at}/v1/quarantine${path}`, { ...rest, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

const post = (path: string, body?: string | object, init: Parameters<typeof ask>[1] = {}) =>
  ask(path, {
    method: 'POST',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...init,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(init.headers as object) },
  });

/** Sends an event that is put aside, and finds its entry. */
async function aside(changes: Record<string, unknown>): Promise<{ id: string; event: Record<string, unknown> }> {
  const event = workflowEvent(changes);
  const receipt = await ingest.send(event);
  expect(receipt.quarantined).toHaveLength(1);
  const [row] = await ingest.sql<{ id: string }[]>`
    SELECT id FROM quarantined_events WHERE event_id = ${event['eventId'] as string}`;
  return { id: row!.id, event };
}

const unreadable = { type: 'step.started', stepName: 'charge' };
const isStored = async (id: unknown) =>
  (await ingest.sql`SELECT 1 FROM workflow_events JOIN pending_events ON event_id = id WHERE id = ${id as string}`)
    .length === 1;

describe('looking', () => {
  test('pages of the newest, by reason, place, time and state', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await aside({ timestamp: 'soon' })).id);
    const other = await aside({ ...unreadable, env: 'staging', serviceKey: 'mail' });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask(`?reason=bad_timestamp&limit=2${query}`);
      seen.push(...body.quarantined.map((row: Json) => row.id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(made);
    const idsOf = async (query: string) => (await ask(query)).body.quarantined.map((row: Json) => row.id);
    for (const query of ['?env=staging', '?service=mail', '?reason=unreadable_body', '?limit=1'])
      expect(await idsOf(query)).toEqual([other.id]);
    const { receivedAt } = (await ask('?limit=1')).body.quarantined[0];
    expect(await idsOf(`?since=${receivedAt}&state=open`)).toContain(other.id);
    expect(await idsOf(`?until=${receivedAt}`)).not.toContain(other.id);
    expect([await idsOf('?state=redriven'), await idsOf('?state=discarded')]).toEqual([[], []]);
    expect((await ask('?state=lost')).body.errors).toMatchObject([{ in: 'query', field: 'state' }]);
  });

  test('one entry, with the very text that came', async () => {
    const { id, event } = await aside({ ...unreadable, input: 'é\ud83d\ude80' });
    const { status, body } = await ask(`/${id}`);
    expect(status).toBe(200);
    expect(body.entry).toMatchObject({
      id,
      state: 'open',
      reason: 'unreadable_body',
      reasonText: expect.stringContaining('the run that it belongs to lacks it'),
      eventId: event['eventId'],
      raw: JSON.stringify(event),
      rawCut: false,
      actions: [],
    });
    expect((await ask(`/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await ask('/nonsense')).status).toBe(400);
  });
});

describe('redriving', () => {
  test('a mended event goes through, wakes a worker, and only once', async () => {
    const { id, event } = await aside(unreadable);
    const again = await post(`/${id}/redrive`);
    expect([again.status, again.body]).toMatchObject([200, { outcome: 'rejected', reason: 'unreadable_body' }]);
    expect(await isStored(event['eventId'])).toBe(false);

    const mended = JSON.stringify({ ...event, attempt: 1, input: 0 }).replace(
      '"input":0',
      '"input":12345678901234567890',
    );
    const { status, body } = await post(`/${id}/redrive`, `{ "event": ${mended} }`);
    expect([status, body]).toEqual([200, { outcome: 'stored', eventId: event['eventId'] }]);
    expect(await isStored(event['eventId'])).toBe(true);
    const [row] = await ingest.sql`SELECT payload ->> 'input' AS input FROM workflow_events`;
    expect(row).toEqual({ input: '12345678901234567890' });
    const pipeline = (await (await fetch(`${api.url}/v1/pipeline`)).json()) as Json;
    expect([pipeline.queue.counts.waiting, pipeline.quarantined, pipeline.unprocessed]).toEqual([1, 0, 1]);

    const twice = await post(`/${id}/redrive`);
    expect([twice.status, twice.body.detail]).toEqual([409, expect.stringContaining('was redriven before')]);
    const { body: shown } = await ask(`/${id}`);
    expect(shown.entry).toMatchObject({ state: 'redriven', redrivenAt: expect.stringMatching(/Z$/) });
    expect(shown.entry.actions).toMatchObject([
      { action: 'redrive', outcome: 'rejected', mended: false, actor: 'anyone' },
      {
        action: 'redrive',
        outcome: 'stored',
        mended: true,
        eventId: event['eventId'],
        actedAt: expect.stringMatching(/Z$/),
      },
    ]);
  });

  test('an event that came again meanwhile is told as a duplicate', async () => {
    const { id, event } = await aside(unreadable);
    await ingest.send({ ...event, attempt: 1 });
    const { body } = await post(`/${id}/redrive`, { event: { ...event, attempt: 1 } });
    expect(body).toEqual({ outcome: 'duplicate', eventId: event['eventId'] });
  });

  test.each([
    '{"event":1,"event":2}',
    '{"event":{}',
    '{"events":[]}',
    '[]',
    '{"event":{},"x":1}',
    '{"event":1],"x":[2}',
  ])('a body that is no mended event changes nothing: %s', async (body) => {
    const { id } = await aside(unreadable);
    expect((await post(`/${id}/redrive`, body)).status).toBe(400);
    expect((await ask(`/${id}`)).body.entry).toMatchObject({ state: 'open', actions: [] });
  });

  test('by filter, some of them a call', async () => {
    const { token } = await createKey(ingest.sql, { name: 'narrow', scope: 'ingest', env: 'staging' });
    const events = [...Array.from({ length: 4 }, () => workflowEvent()), workflowEvent({ timestamp: 'soon' })];
    const answer = await postTo(locked.ingest.url, { events }, { 'x-api-key': token });
    expect(((await answer.json()) as Json).quarantined).toHaveLength(5);
    await aside({ ...unreadable, env: 'staging' });

    const body = { filter: { env: 'production' }, limit: 3 };
    const first = await post('/redrive', body);
    expect([first.body.stored + first.body.rejected, first.body.more]).toEqual([3, true]);
    const second = await post('/redrive', { ...body, cursor: first.body.nextCursor as string });
    expect(second.body).toMatchObject({ duplicates: 0, cut: 0, more: false, nextCursor: null });
    expect(first.body.stored + second.body.stored).toBe(4);
    expect([first.body.rejectedByReason, second.body.rejectedByReason]).toContainEqual({ bad_timestamp: 1 });
    expect(await ingest.sql`SELECT 1 FROM workflow_events`).toHaveLength(4);
    for (const odd of [{}, { filter: { resaon: 'x' } }, { filter: {}, limit: 501 }, '{'])
      expect((await post('/redrive', odd)).status).toBe(400);
  });
});

describe('discarding', () => {
  test('one, with a reason, once', async () => {
    const { id } = await aside(unreadable);
    for (const body of [{}, { reason: '  ' }, { reason: 7 }])
      expect((await post(`/${id}/discard`, body)).status).toBe(400);
    expect((await post(`/${id}/discard`, { reason: 'from a test run' })).body).toEqual({ outcome: 'discarded' });
    for (const again of [await post(`/${id}/discard`, { reason: 'x' }), await post(`/${id}/redrive`)])
      expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('was discarded before')]);
    const { body } = await ask(`/${id}`);
    expect(body.entry).toMatchObject({
      state: 'discarded',
      actions: [{ action: 'discard', detail: 'from a test run', actor: 'anyone' }],
    });
    expect((await ask('?state=discarded')).body.quarantined).toHaveLength(1);
  });

  test('by filter', async () => {
    for (let n = 0; n < 3; n += 1) await aside({ timestamp: 'soon' });
    const kept = await aside(unreadable);
    const { body } = await post('/discard', { filter: { reason: 'bad_timestamp' }, reason: 'an old client' });
    expect(body).toEqual({ discarded: 3, more: false });
    expect((await ask('?state=open')).body.quarantined).toMatchObject([{ id: kept.id }]);
  });
});

describe('keys', () => {
  const at = () => ({ at: locked.api.url });
  const key = async (scope: 'read' | 'operate' | 'ingest', limits: object = {}) =>
    createKey(ingest.sql, { name: scope, scope, ...limits });

  test('reading lets look, operating lets decide, and the note names the key', async () => {
    const { id, event } = await aside(unreadable);
    const [reader, operator, tracker] = [await key('read'), await key('operate'), await key('ingest')];
    const body = { reason: 'x', filter: {} };
    for (const path of [`/${id}/redrive`, `/${id}/discard`, '/redrive', '/discard']) {
      expect((await post(path, body, at())).status).toBe(401);
      expect((await post(path, body, { ...at(), token: tracker.token })).status).toBe(403);
      expect((await post(path, body, { ...at(), token: reader.token })).status).toBe(403);
    }
    for (const path of ['', `/${id}`]) {
      expect((await ask(path, at())).status).toBe(401);
      expect((await ask(path, { ...at(), token: reader.token })).status).toBe(200);
      expect((await ask(path, { ...at(), token: operator.token })).status).toBe(200);
    }
    const mended = { event: { ...event, attempt: 1 } };
    expect((await post(`/${id}/redrive`, mended, { ...at(), token: operator.token })).body.outcome).toBe('stored');
    const { body: shown } = await ask(`/${id}`);
    expect(shown.entry.actions).toMatchObject([{ actor: operator.id }]);
  });

  test('a key that is limited sees, redrives and discards inside of its limits only', async () => {
    const inside = await aside({ ...unreadable, env: 'staging' });
    const outside = await aside(unreadable);
    const nameless = await aside({ env: 7 });
    const { token } = await key('operate', { env: 'staging' });
    const own = { ...at(), token };
    const listed = await ask('', own);
    expect(listed.body.quarantined.map((row: Json) => row.id)).toEqual([inside.id]);
    expect((await ask('?env=production', own)).body.quarantined).toEqual([]);
    for (const { id } of [outside, nameless]) {
      expect((await ask(`/${id}`, own)).status).toBe(404);
      expect((await post(`/${id}/redrive`, undefined, own)).status).toBe(404);
      expect((await post(`/${id}/discard`, { reason: 'x' }, own)).status).toBe(404);
    }
    const elsewhere = { event: { ...inside.event, attempt: 1, env: 'production' } };
    expect((await post(`/${inside.id}/redrive`, elsewhere, own)).body).toMatchObject({ reason: 'out_of_scope' });
    expect((await post('/redrive', { filter: {} }, own)).body).toMatchObject({ stored: 0, rejected: 1 });
    expect((await post('/discard', { filter: {}, reason: 'x' }, own)).body).toEqual({ discarded: 1, more: false });
    expect((await ask('?state=open')).body.quarantined).toHaveLength(2);
  });

  test('without keys, a page of another site decides nothing', async () => {
    const { id } = await aside(unreadable);
    for (const site of ['cross-site', 'same-site']) {
      const { status } = await post(`/${id}/discard`, { reason: 'x' }, { headers: { 'sec-fetch-site': site } });
      expect(status).toBe(403);
    }
    const { status } = await post(`/${id}/discard`, { reason: 'x' }, { headers: { 'sec-fetch-site': 'same-origin' } });
    expect(status).toBe(200);
  });
});

test.each(['GET', 'PUT', 'DELETE'])('the addresses that change something take no %s', async (method) => {
  for (const path of ['/redrive', '/discard', `/${crypto.randomUUID()}/redrive`]) {
    const { status, headers } = await ask(path, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  }
});

test('a body beyond 16 MB is refused', async () => {
  const { id } = await aside(unreadable);
  const { status } = await post(`/${id}/redrive`, `{"event":"${'x'.repeat(17 * 1024 * 1024)}"}`);
  expect(status).toBe(413);
  expect(await metric(ingest.registry, 'wm_ingest_quarantine_full_total')).toBe(0);
});
