import { createTestDatabase, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { createKey } from './create-key.ts';
import { KeyVerifier } from './key-verifier.ts';
import type { KeyVerifierOptions } from './key-verifier.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';

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

function verifier(options: Partial<KeyVerifierOptions> = {}) {
  let queries = 0;
  let now = 0;
  const made = new KeyVerifier({
    scope: 'ingest',
    query: (work) => {
      queries += 1;
      return work(sql);
    },
    now: () => now,
    ...options,
  });
  return { made, queries: () => queries, pass: (ms: number) => (now += ms) };
}

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
  const listed = (await listKeys(sql)).find((key) => key.id === id);
  expect(listed).toMatchObject({
    name: 'orders',
    scope: 'ingest',
    env: 'production',
    serviceKey: 'orders',
    lastUsedAt: null,
    revokedAt: null,
  });
  expect(listed).not.toHaveProperty('secretHash');
});

it('refuses names that no event can have', async () => {
  for (const name of ['', 'a\0', 'x'.repeat(513)]) {
    await expect(createKey(sql, { name, scope: 'read' })).rejects.toThrow(/No key was made/);
    await expect(createKey(sql, { name: 'a', scope: 'read', env: name })).rejects.toThrow(/No key was made/);
    await expect(createKey(sql, { name: 'a', scope: 'read', serviceKey: name })).rejects.toThrow(/No key was made/);
  }
});

it('lets a key in and tells what it may touch', async () => {
  const scoped = await createKey(sql, { name: 'a', scope: 'ingest', env: 'production' });
  expect(await verifier().made.verify(scoped.token)).toEqual({
    kind: 'valid',
    key: { id: scoped.id, scope: 'ingest', env: 'production', serviceKey: null },
  });
  expect(await verifier({ scope: 'read' }).made.verify(scoped.token)).toEqual({ kind: 'wrong_scope' });
});

it('lets a key for operating read, and no other way round', async () => {
  const operator = await createKey(sql, { name: 'a', scope: 'operate' });
  const reader = await createKey(sql, { name: 'a', scope: 'read' });
  expect(operator.token).toMatch(/^wm_operate_/);
  expect(await verifier({ scope: 'read' }).made.verify(operator.token)).toMatchObject({ key: { scope: 'operate' } });
  expect(await verifier({ scope: 'operate' }).made.verify(operator.token)).toMatchObject({ kind: 'valid' });
  expect(await verifier({ scope: 'operate' }).made.verify(reader.token)).toEqual({ kind: 'wrong_scope' });
  expect(await verifier({ scope: 'ingest' }).made.verify(operator.token)).toEqual({ kind: 'wrong_scope' });
});

it('knows no other token', async () => {
  const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const flipped = token.slice(0, -43) + (token.at(-43) === 'A' ? 'B' : 'A') + token.slice(-42);
  const nobody = token.replace(/_[0-9a-f]{32}_/, `_${'0'.repeat(32)}_`);
  for (const other of [null, '', 'nonsense', flipped, nobody, `${token}x`, token.toUpperCase()]) {
    expect(await verifier().made.verify(other)).toEqual({ kind: 'unknown' });
  }
});

it('takes a wrong scope for a wrong secret as long as the secret is wrong', async () => {
  const { token } = await createKey(sql, { name: 'a', scope: 'read' });
  const flipped = token.slice(0, -43) + (token.at(-43) === 'A' ? 'B' : 'A') + token.slice(-42);
  expect(await verifier().made.verify(flipped)).toEqual({ kind: 'unknown' });
});

describe('memory', () => {
  it('asks once for requests that come together, and again after ten seconds', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    const { made, queries, pass } = verifier();
    await Promise.all(Array.from({ length: 20 }, () => made.verify(token)));
    await made.close();
    expect(queries()).toBe(2); // one look-up, one note of its use
    pass(9_999);
    await made.verify(token);
    expect(queries()).toBe(2);
    pass(1);
    await made.verify(token);
    expect(queries()).toBe(3);
  });

  it('notices a revoked key after that time', async () => {
    const { id, token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    const { made, pass } = verifier();
    expect((await made.verify(token)).kind).toBe('valid');
    expect([await revokeKey(sql, id), await revokeKey(sql, id), await revokeKey(sql, 'nonsense')]).toEqual([
      true,
      false,
      false,
    ]);
    pass(10_000);
    expect((await made.verify(token)).kind).toBe('unknown');
  });

  it('holds no failure of the database against a key', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    let down = true;
    const { made } = verifier({ query: (work) => (down ? Promise.reject(new Error('down')) : work(sql)) });
    await expect(made.verify(token)).rejects.toThrow('down');
    down = false;
    expect((await made.verify(token)).kind).toBe('valid');
  });
});

it('notes the use of a key at most once a minute, beside the request', async () => {
  const { id, token } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const { made, pass, queries } = verifier({ trustMs: 1e9 });
  await made.verify(token);
  const used = await waitFor(
    'the use of the key',
    async () => (await listKeys(sql)).find((key) => key.id === id)?.lastUsedAt ?? false,
  );
  pass(59_999);
  await made.verify(token);
  expect(queries()).toBe(2);
  pass(1);
  await made.verify(token);
  await made.close();
  expect(queries()).toBe(3);
  // Another process noted it less than a minute ago, by the clock of the database.
  expect((await listKeys(sql)).find((key) => key.id === id)!.lastUsedAt).toEqual(used);
});

it('survives that a use cannot be noted', async () => {
  const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const failures: unknown[] = [];
  let asked = 0;
  const { made } = verifier({
    query: (work) => ((asked += 1) === 1 ? work(sql) : Promise.reject(new Error('down'))),
    onTouchFailed: (error) => failures.push(error),
  });
  expect((await made.verify(token)).kind).toBe('valid');
  await made.close();
  expect(failures).toHaveLength(1);
});
