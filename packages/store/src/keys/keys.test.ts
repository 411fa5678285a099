import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { createKey } from './create-key.ts';
import { KeyVerifier } from './key-verifier.ts';
import { listKeyActions } from './list-key-actions.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

const HOUR_MS = 3_600_000;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'keys.test' });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

/** What a service that has just started says of a token. */
const judge = async (token: string) =>
  (await new KeyVerifier({ query: (work) => work(sql) }).verify({ token, scope: 'ingest', address: '192.0.2.1' })).kind;
const listed = async (id: string) => (await listKeys(sql)).find((key) => key.id === id)!;

it('shows a token once and stores only its hash', async () => {
  const { id, token } = await createKey(sql, {
    name: 'orders',
    scope: 'ingest',
    env: 'production',
    serviceKey: 'orders',
  });
  expect(token).toMatch(/^wm_ingest_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
  const [row] = await sql`SELECT * FROM api_keys WHERE id = ${id}`;
  expect(row!['secret_hash']).toHaveLength(32);
  expect(JSON.stringify(row)).not.toContain(token.slice(-43));
  expect(await listed(id)).toMatchObject({
    name: 'orders',
    scope: 'ingest',
    env: 'production',
    serviceKey: 'orders',
    lastUsedAt: null,
    expiresAt: null,
    expired: false,
    revokedAt: null,
    successorId: null,
  });
  expect(await listed(id)).not.toHaveProperty('secretHash');
});

it('refuses names that no event can have', async () => {
  for (const name of ['', 'a\0', 'x'.repeat(513)]) {
    await expect(createKey(sql, { name, scope: 'read' })).rejects.toThrow(/No key was made/);
    await expect(createKey(sql, { name: 'a', scope: 'read', env: name })).rejects.toThrow(/No key was made/);
    await expect(createKey(sql, { name: 'a', scope: 'read', serviceKey: name })).rejects.toThrow(/No key was made/);
  }
});

it('refuses to limit a key for metrics, which are of all environments together', async () => {
  const limits = [{ env: 'production' }, { serviceKey: 'orders' }];
  for (const limit of limits) {
    await expect(createKey(sql, { name: 'a', scope: 'metrics', ...limit })).rejects.toThrow(/No key was made/);
  }
});

it('notes who made and revoked a key', async () => {
  const { id } = await createKey(sql, { name: 'a', scope: 'read' }, 'anna');
  expect([await revokeKey(sql, id, 'berta'), await revokeKey(sql, id), await revokeKey(sql, 'nonsense')]).toEqual([
    true,
    false,
    false,
  ]);
  expect((await listKeyActions(sql, id)).map(({ action, actor }) => [action, actor])).toEqual([
    ['create', 'anna'],
    ['revoke', 'berta'],
  ]);
});

it('tells when a key expires, and lets it in until then', async () => {
  const ahead = await createKey(sql, { name: 'a', scope: 'ingest', lifetimeMs: HOUR_MS });
  const past = await createKey(sql, { name: 'a', scope: 'ingest', lifetimeMs: -1 });
  const { createdAt, expiresAt, expired } = await listed(ahead.id);
  expect([expiresAt!.getTime() - createdAt.getTime(), expired]).toEqual([HOUR_MS, false]);
  expect(ahead.expiresAt).toEqual(expiresAt);
  expect(await listed(past.id)).toMatchObject({ expired: true });
  expect([await judge(ahead.token), await judge(past.token)]).toEqual(['valid', 'unknown']);
});

it('rotates a key: the successor reaches the same, and both are let in during the grace', async () => {
  const old = await createKey(sql, { name: 'orders', scope: 'ingest', env: 'production', serviceKey: 'orders' });
  const before = Date.now();
  const result = await rotateKey(sql, old.id, { graceMs: 24 * HOUR_MS, actor: 'anna' });
  if (result.outcome !== 'rotated') throw new Error(result.outcome);
  expect([await judge(old.token), await judge(result.token)]).toEqual(['valid', 'valid']);
  const { createdAt: _at, id: _id, lastUsedAt: _used, ...successor } = await listed(result.id);
  const { createdAt: _oldAt, id: _oldId, lastUsedAt: _oldUsed, ...replaced } = await listed(old.id);
  expect(successor).toEqual({ ...replaced, expiresAt: null, successorId: null });
  expect(replaced).toMatchObject({ successorId: result.id, expiresAt: result.oldExpiresAt });
  expect(result.oldExpiresAt.getTime()).toBeGreaterThanOrEqual(before + 24 * HOUR_MS - 1);
  expect(await listKeyActions(sql, old.id)).toMatchObject([
    { action: 'create' },
    { action: 'rotate', actor: 'anna', detail: expect.stringContaining(result.id) as string },
  ]);
  expect(await listKeyActions(sql, result.id)).toMatchObject([
    { action: 'create', actor: 'anna', detail: `successor of ${old.id}` },
  ]);
});

it('refuses the old key at once where there is no grace', async () => {
  const old = await createKey(sql, { name: 'a', scope: 'ingest' });
  const result = await rotateKey(sql, old.id, { graceMs: 0 });
  if (result.outcome !== 'rotated') throw new Error(result.outcome);
  expect([await judge(old.token), await judge(result.token)]).toEqual(['unknown', 'valid']);
});

it('gives a successor the lifetime of the old key, and never lengthens that one', async () => {
  const old = await createKey(sql, { name: 'a', scope: 'ingest', lifetimeMs: HOUR_MS });
  const result = await rotateKey(sql, old.id, { graceMs: 24 * HOUR_MS });
  if (result.outcome !== 'rotated') throw new Error(result.outcome);
  const successor = await listed(result.id);
  expect(successor.expiresAt!.getTime() - successor.createdAt.getTime()).toBe(HOUR_MS);
  expect(result.oldExpiresAt).toEqual(old.expiresAt);
  const again = await rotateKey(sql, result.id, { graceMs: 0, lifetimeMs: 2 * HOUR_MS });
  if (again.outcome !== 'rotated') throw new Error(again.outcome);
  const last = await listed(again.id);
  expect(last.expiresAt!.getTime() - last.createdAt.getTime()).toBe(2 * HOUR_MS);
});

it('makes one successor, however many rotate at once', async () => {
  const { id } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const results = await Promise.all(Array.from({ length: 5 }, () => rotateKey(sql, id, { graceMs: HOUR_MS })));
  const { successorId } = await listed(id);
  expect(results.filter(({ outcome }) => outcome === 'rotated')).toEqual([
    expect.objectContaining({ id: successorId }),
  ]);
  expect(results.filter(({ outcome }) => outcome === 'rotated_before')).toEqual(
    Array.from({ length: 4 }, () => ({ outcome: 'rotated_before', successorId })),
  );
});

it('rotates no key that is over, or not there', async () => {
  const revoked = await createKey(sql, { name: 'a', scope: 'ingest' });
  await revokeKey(sql, revoked.id);
  const expired = await createKey(sql, { name: 'a', scope: 'ingest', lifetimeMs: -1 });
  const outcome = async (id: string) => (await rotateKey(sql, id, { graceMs: HOUR_MS })).outcome;
  expect([await outcome(revoked.id), await outcome(expired.id), await outcome('nonsense')]).toEqual([
    'over',
    'over',
    'not_found',
  ]);
});
