import { createTestDatabase, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSql } from '../client.ts';
import type { Sql } from '../client.ts';
import { createKey } from './create-key.ts';
import { FAILED_ATTEMPTS } from './failed-attempts.ts';
import { KeyVerifier } from './key-verifier.ts';
import type { KeyVerifierOptions } from './key-verifier.ts';
import type { KeyScope } from './key-token.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'key-verifier.test' });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

const HERE = '192.0.2.1';
const ELSEWHERE = '192.0.2.2';

/** A verifier with a clock that moves by hand. */
function verifier(options: Partial<KeyVerifierOptions> = {}) {
  let queries = 0;
  let now = 0;
  const made = new KeyVerifier({
    query: (work) => {
      queries += 1;
      return work(sql);
    },
    now: () => now,
    ...options,
  });
  return {
    made,
    verify: (token: string | null, scope: KeyScope = 'ingest', address = HERE) =>
      made.verify({ token, scope, address }),
    queries: () => queries,
    pass: (ms: number) => (now += ms),
  };
}

const madeUp = () => `wm_ingest_${crypto.randomUUID().replaceAll('-', '')}_${'A'.repeat(43)}`;
const withOtherSecret = (token: string) => token.slice(0, -43) + (token.at(-43) === 'A' ? 'B' : 'A') + token.slice(-42);

it('lets a key in and tells what it may touch', async () => {
  const scoped = await createKey(sql, { name: 'a', scope: 'ingest', env: 'production' });
  expect(await verifier().verify(scoped.token)).toEqual({
    kind: 'valid',
    key: { id: scoped.id, name: 'a', scope: 'ingest', env: 'production', serviceKey: null },
  });
});

it('lets each key do what it is for, and an operator see everything', async () => {
  const scopes = ['ingest', 'read', 'operate', 'metrics'] as const;
  const allowed: Record<KeyScope, readonly KeyScope[]> = {
    ingest: ['ingest'],
    read: ['read'],
    operate: ['read', 'operate', 'metrics'],
    metrics: ['metrics'],
  };
  for (const scope of scopes) {
    const { token } = await createKey(sql, { name: 'a', scope });
    expect(token).toMatch(new RegExp(`^wm_${scope}_`));
    for (const wanted of scopes) {
      const { kind } = await verifier().verify(token, wanted);
      expect([scope, wanted, kind]).toEqual([scope, wanted, allowed[scope].includes(wanted) ? 'valid' : 'wrong_scope']);
    }
  }
});

it('knows no other token', async () => {
  const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const nobody = token.replace(/_[0-9a-f]{32}_/, `_${'0'.repeat(32)}_`);
  for (const other of ['', 'nonsense', withOtherSecret(token), nobody, `${token}x`, token.toUpperCase()]) {
    expect(await verifier().verify(other)).toEqual({ kind: 'unknown' });
  }
  expect(await verifier().verify(null)).toEqual({ kind: 'missing' });
});

it('takes a wrong scope for a wrong secret as long as the secret is wrong', async () => {
  const { token } = await createKey(sql, { name: 'a', scope: 'read' });
  expect(await verifier().verify(withOtherSecret(token))).toEqual({ kind: 'unknown' });
});

describe('memory', () => {
  it('asks once for requests that come together, and again after ten seconds', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    const { made, verify, queries, pass } = verifier();
    await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    await made.close();
    expect(queries()).toBe(2); // one question, one note of its use
    pass(10_000);
    await verify(token);
    expect(queries()).toBe(2);
    pass(1);
    await verify(token);
    expect(queries()).toBe(3);
  });

  it('notices a revoked key after that time', async () => {
    const { id, token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    const { verify, pass } = verifier();
    expect((await verify(token)).kind).toBe('valid');
    await revokeKey(sql, id);
    pass(10_001);
    expect((await verify(token)).kind).toBe('unknown');
  });

  it('notices an expired key at once, from what it remembers', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest', lifetimeMs: 3_600_000 });
    const { verify, pass, queries } = verifier({ trustMs: 1e9 });
    // From an address that is limited, so that the database, whose clock did not move, is not asked again.
    for (let i = 0; i < FAILED_ATTEMPTS.most; i += 1) await verify('nonsense');
    expect((await verify(token)).kind).toBe('valid');
    const before = queries();
    pass(3_600_000);
    expect((await verify(token)).kind).toBe('limited');
    expect(queries()).toBe(before);
  });

  it('knows a key that has just been made', async () => {
    const { verify, pass } = verifier();
    expect((await verify(madeUp())).kind).toBe('unknown');
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    pass(1);
    expect((await verify(token)).kind).toBe('valid');
  });

  it('asks ten times a second at most, whatever is asked of it', async () => {
    let queries = 0;
    const made = new KeyVerifier({ query: (work) => ((queries += 1), work(sql)) });
    const startedAt = performance.now();
    let turn = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let i = 0; i < 10; i += 1) {
          const verdict = await made.verify({ token: madeUp(), scope: 'read', address: `198.51.100.${(turn += 1)}` });
          expect(verdict).toEqual({ kind: 'unknown' });
        }
      }),
    );
    // One more for all keys at the beginning; a timer may come a little early.
    expect(queries).toBeLessThanOrEqual((performance.now() - startedAt) / 99 + 2);
  });

  it('holds no failure of the database against a key', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    let down = true;
    const { verify } = verifier({ query: (work) => (down ? Promise.reject(new Error('down')) : work(sql)) });
    await expect(verify(token)).rejects.toThrow('down');
    down = false;
    expect((await verify(token)).kind).toBe('valid');
  });
});

it('shows figures to a key that was good while the database is away, and lets nobody else in', async () => {
  const { token } = await createKey(sql, { name: 'prometheus', scope: 'metrics' });
  const operator = await createKey(sql, { name: 'operator', scope: 'operate', lifetimeMs: 60_000 });
  let isAway = false;
  const { verify, pass } = verifier({
    query: (work) => (isAway ? Promise.reject(new Error('The database is away.')) : work(sql)),
  });
  expect((await verify(token, 'metrics')).kind).toBe('valid');
  isAway = true;
  pass(30_000);
  expect((await verify(token, 'metrics')).kind).toBe('valid');
  expect((await verify(operator.token, 'metrics')).kind).toBe('valid');
  expect((await verify(withOtherSecret(token), 'metrics')).kind).toBe('unknown');
  await expect(verify(operator.token, 'read')).rejects.toThrow('The database is away.');
  await expect(verify(madeUp(), 'metrics')).rejects.toThrow('The database is away.');
  pass(60_000);
  expect((await verify(operator.token, 'metrics')).kind).toBe('unknown');
});

describe('failed attempts', () => {
  it('limits an address that guesses, and asks the database no more for it', async () => {
    const { verify, pass, queries } = verifier();
    for (let i = 0; i < FAILED_ATTEMPTS.most; i += 1) {
      pass(100);
      expect((await verify(madeUp())).kind).toBe('unknown');
    }
    const before = queries();
    for (const token of [madeUp(), 'nonsense', madeUp()]) {
      pass(100);
      const verdict = await verify(token);
      expect(verdict).toEqual({ kind: 'limited', retryAfterSeconds: expect.any(Number) as number });
      expect(verdict.kind === 'limited' && verdict.retryAfterSeconds <= FAILED_ATTEMPTS.seconds).toBe(true);
    }
    expect(queries()).toBe(before);
    expect((await verify(madeUp(), 'ingest', ELSEWHERE)).kind).toBe('unknown');
  });

  it('lets a good key in from the same address, and past the trust in the memory too', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
    const { verify, pass } = verifier();
    for (let i = 0; i <= FAILED_ATTEMPTS.most; i += 1) await verify('nonsense');
    expect((await verify('nonsense')).kind).toBe('limited');
    expect((await verify(token)).kind).toBe('valid');
    pass(60_000);
    expect((await verify(token)).kind).toBe('valid');
  });

  it('counts neither a missing key nor one for something else as a guess', async () => {
    const { token } = await createKey(sql, { name: 'a', scope: 'read' });
    const { verify } = verifier();
    for (let i = 0; i <= FAILED_ATTEMPTS.most; i += 1) {
      await verify(null);
      await verify(token);
    }
    expect((await verify('nonsense')).kind).toBe('unknown');
  });

  it('tells of each request that was not let in', async () => {
    const seen: string[] = [];
    const { token } = await createKey(sql, { name: 'a', scope: 'read' });
    const { verify } = verifier({ onFailure: (failure, address) => seen.push(`${failure} ${address}`) });
    await verify(null);
    await verify('nonsense');
    await verify(token);
    await verify(token, 'read');
    expect(seen).toEqual([`missing ${HERE}`, `unknown ${HERE}`, `wrong_scope ${HERE}`]);
  });
});

it('notes the use of a key at most once a minute, beside the request', async () => {
  const { id, token } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const { made, verify, pass, queries } = verifier({ trustMs: 1e9 });
  await verify(token);
  const used = await waitFor(
    'the use of the key',
    async () => (await listKeys(sql)).find((key) => key.id === id)?.lastUsedAt ?? false,
  );
  pass(59_999);
  await verify(token);
  expect(queries()).toBe(2);
  pass(1);
  await verify(token);
  await made.close();
  expect(queries()).toBe(3);
  // Another process noted it less than a minute ago, by the clock of the database.
  expect((await listKeys(sql)).find((key) => key.id === id)!.lastUsedAt).toEqual(used);
});

it('survives that a use cannot be noted', async () => {
  const { token } = await createKey(sql, { name: 'a', scope: 'ingest' });
  const failures: unknown[] = [];
  let asked = 0;
  const { made, verify } = verifier({
    query: (work) => ((asked += 1) === 1 ? work(sql) : Promise.reject(new Error('down'))),
    onTouchFailed: (error) => failures.push(error),
  });
  expect((await verify(token)).kind).toBe('valid');
  await made.close();
  expect(failures).toHaveLength(1);
});
