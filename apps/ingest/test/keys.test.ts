/** Who may send what. */
import { createKey, revokeKey } from '@wm/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHarness, workflowEvent } from './harness.ts';
import type { Harness } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness({ auth: 'on' });
});
afterAll(() => ingest?.close());

const post = (headers: Record<string, string>, ...events: unknown[]): Promise<Response> =>
  ingest.post({ events: events.length === 0 ? [workflowEvent()] : events }, headers);
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

it('takes a key from either header', async () => {
  const { token } = await createKey(ingest.sql, { name: 'all', scope: 'ingest' });
  expect((await post(bearer(token))).status).toBe(202);
  expect((await post({ authorization: `bearer  ${token}` })).status).toBe(202);
  expect((await post({ 'x-api-key': token })).status).toBe(202);
  expect((await post({ 'x-api-key': token, authorization: 'Basic dTpw' })).status).toBe(202);
});

it('answers 401 to everybody else, and keeps nothing', async () => {
  const ingestKey = await createKey(ingest.sql, { name: 'a', scope: 'ingest' });
  const readKey = await createKey(ingest.sql, { name: 'b', scope: 'read' });
  const revoked = await createKey(ingest.sql, { name: 'c', scope: 'ingest' });
  await revokeKey(ingest.sql, revoked.id);
  const [{ count: before }] = (await ingest.sql`SELECT count(*) FROM workflow_events`) as unknown as [
    { count: number },
  ];
  const wrongSecret = ingestKey.token.slice(0, -1) + (ingestKey.token.endsWith('A') ? 'Q' : 'A');
  const attempts: Record<string, string>[] = [
    {},
    bearer(''),
    bearer('nonsense'),
    bearer(wrongSecret),
    bearer(readKey.token),
    bearer(revoked.token),
    { 'x-api-key': wrongSecret },
    { authorization: ingestKey.token },
  ];
  for (const headers of attempts) {
    const response = await post(headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({
      status: 401,
      detail: expect.stringMatching(/nothing of (it|the request) was kept/) as string,
    });
  }
  expect(await ingest.sql`SELECT count(*) FROM workflow_events`).toEqual([{ count: before }]);
});

it('puts an event outside of the scope aside, and keeps the rest', async () => {
  const key = await createKey(ingest.sql, { name: 'narrow', scope: 'ingest', env: 'production', serviceKey: 'orders' });
  const foreign = workflowEvent({ env: 'staging' });
  const other = workflowEvent({ serviceKey: 'billing' });
  const response = await post(bearer(key.token), workflowEvent(), foreign, other, workflowEvent());
  expect(await response.json()).toEqual({
    accepted: 2,
    duplicates: 0,
    quarantined: [
      { index: 1, eventId: foreign['eventId'], reason: 'out_of_scope' },
      { index: 2, eventId: other['eventId'], reason: 'out_of_scope' },
    ],
  });
  expect(await ingest.sql`SELECT event_id, env, service_key, key_id FROM quarantined_events ORDER BY env`).toEqual([
    { event_id: other['eventId'], env: 'production', service_key: 'billing', key_id: key.id },
    { event_id: foreign['eventId'], env: 'staging', service_key: 'orders', key_id: key.id },
  ]);
});

it('asks for no key on health and readiness', async () => {
  for (const path of ['/healthz', '/readyz']) expect((await fetch(ingest.url + path)).status).toBe(200);
});

it.each(['0.0.0.0', '::', '192.168.1.1', 'example.org'])('refuses to listen on %s without keys', async (host) => {
  await expect(ingest.start({ auth: 'off', host })).rejects.toThrow(/AUTH=off/);
});
