import { createTestDatabase } from '@wm/testkit';
import { createKey, createSql, FAILED_ATTEMPTS, revokeKey } from '@wm/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/started-api.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi('on', { basePath: '/monitor' });
}, 60_000);
afterAll(() => api?.close());

const SAME = { 'sec-fetch-site': 'same-origin' };
const login = (key: unknown, headers: Record<string, string> = SAME, address = '192.0.2.1') =>
  api.request(
    '/v1/session',
    { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ key }) },
    address,
  );
/** What a browser sends back. */
const cookieOf = (response: Response): string => response.headers.get('set-cookie')!.split(';')[0]!;

describe('logging in', () => {
  test('puts a key into a cookie that scripts cannot read, and tells what it may do', async () => {
    const token = await api.createReadKey({ env: 'staging' });
    const response = await login(token);
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toEqual([
      200,
      {
        auth: 'on',
        scope: 'read',
        env: 'staging',
        serviceKey: null,
        name: 'reader',
        ingestUrl: null,
        queueBoard: '/monitor/queues',
      },
    ]);
    expect(text).not.toContain(token);
    expect(response.headers.get('set-cookie')!.split('; ').toSorted()).toEqual(
      [`wm_key=${token}`, 'Max-Age=2592000', 'Path=/monitor', 'HttpOnly', 'SameSite=Strict'].toSorted(),
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    const session = await api.request('/v1/session', { headers: { cookie: cookieOf(response) } });
    expect(await session.json()).toEqual(JSON.parse(text));
    expect((await api.request('/v1/workflows', { headers: { cookie: cookieOf(response) } })).status).toBe(200);
  });

  test('the cookie is for HTTPS only where the page came by it', async () => {
    const token = await api.createReadKey();
    const response = await login(token, { ...SAME, origin: 'https://monitor.example.com' });
    expect(response.headers.get('set-cookie')).toContain('Secure');
    const plain = await login(token, { ...SAME, origin: 'http://localhost:4100' });
    expect(plain.headers.get('set-cookie')).not.toContain('Secure');
  });

  test('refuses what is no key for reading, and sets nothing', async () => {
    for (const [key, status] of [
      ['nonsense', 401],
      [await api.createIngestKey(), 403],
      ['', 400],
      [7, 400],
      ['x'.repeat(300), 400],
      ['x'.repeat(10_000), 413],
    ] as const) {
      const response = await login(key);
      expect([status, response.status, response.headers.get('set-cookie')]).toEqual([status, status, null]);
      const text = await response.text();
      expect(text).toContain(`"status":${status}`);
      expect(text).not.toMatch(/nonsense|xxxx|wm_/);
    }
  });

  test('whoever guesses is told to wait, and a good key is let in all the same', async () => {
    const guesser = '192.0.2.66';
    for (let i = 0; i < FAILED_ATTEMPTS.most; i += 1) expect((await login('nonsense', SAME, guesser)).status).toBe(401);
    const refused = await login('nonsense', SAME, guesser);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    const token = await api.createReadKey();
    expect((await login(token, SAME, '192.0.2.67')).status).toBe(200);
    expect((await login(token, SAME, guesser)).status).toBe(200);
  });

  test.each(['cross-site', 'same-site'])('a page that is %s neither logs in nor out', async (site) => {
    const headers = { 'sec-fetch-site': site };
    const answers = [
      await login(await api.createReadKey(), headers),
      await api.request('/v1/session', { method: 'DELETE', headers }),
    ];
    for (const response of answers) expect([response.status, response.headers.get('set-cookie')]).toEqual([403, null]);
  });

  test('a form of another site cannot log in: the body must be JSON', async () => {
    const body = JSON.stringify({ key: await api.createReadKey() });
    const response = await api.request('/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([400, null]);
  });
});

describe('the key in the cookie', () => {
  const cookie = (token: string) => ({ cookie: `other=1; wm_key=${token}` });
  const discard = (headers: Record<string, string>) =>
    api.request('/v1/quarantine/discard', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ filter: {}, reason: 'why' }),
    });

  test('the one in the header counts first', async () => {
    const [reader, operator] = [await api.createReadKey(), (await api.createOperateKey()).token];
    const both = { ...cookie(operator), authorization: `Bearer ${reader}` };
    expect(await (await api.request('/v1/session', { headers: both })).json()).toMatchObject({ scope: 'read' });
    const wrong = { ...cookie(operator), 'x-api-key': 'nonsense' };
    expect((await api.request('/v1/session', { headers: wrong })).status).toBe(401);
  });

  test('changes things for a page of this address only', async () => {
    const { token } = await api.createOperateKey();
    expect((await discard({ ...cookie(token), ...SAME })).status).toBe(200);
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect([site, (await discard({ ...cookie(token), 'sec-fetch-site': site })).status]).toEqual([site, 403]);
    }
    const absent = await discard(cookie(token));
    expect([absent.status, await absent.text()]).toEqual([403, expect.stringContaining('nothing was changed')]);
    expect((await discard({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await discard({ ...cookie(await api.createReadKey()), ...SAME })).status).toBe(403);
  });

  test('opens the board of the queue for an operator, and for nobody else', async () => {
    const board = async (token: string) => (await api.request('/queues', { headers: cookie(token) })).status;
    expect(await board((await api.createOperateKey()).token)).toBe(200);
    expect(await board((await api.createOperateKey({ env: 'staging' })).token)).toBe(403);
    expect(await board(await api.createReadKey())).toBe(403);
    expect(await board('nonsense')).toBe(401);
    expect((await api.request('/metrics', { headers: cookie((await api.createOperateKey()).token) })).status).toBe(401);
  });

  test('the stream follows with it', async () => {
    const response = await api.request('/v1/stream', { headers: cookie(await api.createReadKey()) });
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: ready');
    await reader.cancel();
  });

  test('is taken away when it is no good any more, so that a page that goes on asking does not seem to guess', async () => {
    const { id, token } = await api.createOperateKey();
    await revokeKey(api.sql, id);
    const response = await api.request('/v1/session', { headers: cookie(token) });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([
      401,
      expect.stringMatching(/^wm_key=; Max-Age=0; Path=\/monitor/),
    ]);
    const byHeader = await api.request('/v1/session', { headers: { authorization: `Bearer ${token}` } });
    expect([byHeader.status, byHeader.headers.get('set-cookie')]).toEqual([401, null]);
  });

  test('logging out takes it away, whatever it is', async () => {
    const response = await api.request('/v1/session', {
      method: 'DELETE',
      headers: { ...cookie('nonsense'), ...SAME },
    });
    expect([response.status, await response.json()]).toEqual([200, { outcome: 'logged_out' }]);
    expect(response.headers.get('set-cookie')).toMatch(/^wm_key=; Max-Age=0; Path=\/monitor/);
  });
});

test('without keys everybody operates, and logging in sets nothing', async () => {
  const open = await createTestApi('off');
  try {
    const everybody = {
      auth: 'off',
      scope: 'operate',
      env: null,
      serviceKey: null,
      name: null,
      ingestUrl: null,
      queueBoard: '/queues',
    };
    expect((await open.get('/v1/session')).body).toEqual(everybody);
    const body = JSON.stringify({ key: 'anything' });
    const headers = { 'content-type': 'application/json', ...SAME };
    const response = await open.request('/v1/session', { method: 'POST', headers, body });
    expect([await response.json(), response.headers.get('set-cookie')]).toEqual([everybody, null]);
  } finally {
    await open.close();
  }
});

test('over a real connection, X-Forwarded-Proto counts from a trusted proxy only', async () => {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'session-test', max: 1 });
  const { token } = await createKey(sql, { name: 'operator', scope: 'operate' });
  const start = (trustedProxies: string[]) => startTestApi(database.url, { auth: 'on', trustedProxies });
  const [behindProxy, bare] = [await start(['127.0.0.1']), await start([])];
  try {
    const cookie = async (url: string, protocol: string) => {
      const response = await fetch(`${url}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-proto': protocol },
        body: JSON.stringify({ key: token }),
      });
      return response.headers.get('set-cookie');
    };
    expect(await cookie(behindProxy.url, 'https')).toContain('; Secure');
    expect(await cookie(behindProxy.url, 'http')).not.toContain('Secure');
    expect(await cookie(bare.url, 'https')).not.toContain('Secure');
    const headers = { cookie: (await cookie(bare.url, 'http'))!.split(';')[0]! };
    expect((await fetch(`${bare.url}/queues`, { headers })).status).toBe(200);
  } finally {
    await behindProxy.stop();
    await bare.stop();
    await sql.end();
    await database.drop();
  }
});
