import { FAILED_ATTEMPTS } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../test/started-api.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi('on');
}, 60_000);
afterAll(() => api?.close());

const ask = (token: string, address: string, path = '/v1/workflows') =>
  api.request(path, { headers: { authorization: `Bearer ${token}` } }, address);

test('an address that guesses is told to wait, and a good key from there is served', async () => {
  const guesser = '192.0.2.1';
  const token = await api.createReadKey();
  for (let i = 0; i < FAILED_ATTEMPTS.most; i += 1) expect((await ask('nonsense', guesser)).status).toBe(401);
  const refused = await ask('nonsense', guesser);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(FAILED_ATTEMPTS.seconds);
  expect(await refused.json()).toMatchObject({ status: 429, title: 'Too Many Requests' });
  expect((await ask('nonsense', '192.0.2.2')).status).toBe(401);
  // Known to this process from elsewhere.
  expect((await ask(token, '192.0.2.2')).status).toBe(200);
  expect((await ask(token, guesser)).status).toBe(200);
  expect((await ask('nonsense', guesser, '/metrics')).status).toBe(429);
});

test('requests without a key are never limited', async () => {
  for (let i = 0; i <= FAILED_ATTEMPTS.most; i += 1) {
    expect((await api.request('/v1/workflows', {}, '192.0.2.9')).status).toBe(401);
  }
});

test('what was refused is counted by why', async () => {
  const { token } = await api.createOperateKey();
  await api.request('/v1/workflows', {}, '192.0.2.20');
  await ask('nonsense', '192.0.2.20');
  await ask(await api.createIngestKey(), '192.0.2.20');
  const text = await (await ask(token, '192.0.2.20', '/metrics')).text();
  for (const reason of ['missing', 'unknown', 'limited', 'wrong_scope']) {
    expect(text).toMatch(new RegExp(`wm_auth_failures_total\\{reason="${reason}",service="api-test"\\} [1-9]`));
  }
});

test('over a real connection, X-Forwarded-For counts from a trusted proxy only', async () => {
  const database = await createTestDatabase();
  const start = (trustedProxies: string[]) => startTestApi(database.url, { auth: 'on', trustedProxies });
  const [behindProxy, bare] = [await start(['127.0.0.1']), await start([])];
  try {
    const guess = async (url: string, address: string) =>
      (await fetch(`${url}/v1/workflows`, { headers: { 'x-forwarded-for': address, 'x-api-key': 'nonsense' } })).status;
    for (let i = 0; i < FAILED_ATTEMPTS.most; i += 1) {
      expect(await guess(behindProxy.url, '198.51.100.1')).toBe(401);
      expect(await guess(bare.url, `198.51.100.${i}`)).toBe(401);
    }
    expect(await guess(behindProxy.url, '198.51.100.1')).toBe(429);
    expect(await guess(behindProxy.url, '198.51.100.2')).toBe(401);
    expect(await guess(bare.url, '203.0.113.1')).toBe(429);
  } finally {
    await behindProxy.stop();
    await bare.stop();
    await database.drop();
  }
});
