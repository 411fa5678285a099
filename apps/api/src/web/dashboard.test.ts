import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type StartedApi } from '../../test/started-api.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';

/** Nothing of this asks it. */
const NO_DATABASE = 'postgres://nobody@127.0.0.1:1/none';
/** As a browser asks when somebody opens an address. */
const NAVIGATION = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const INDEX =
  '<!doctype html><html><head><base href="/" /><script type="module" src="./assets/app-1a2b.js"></script></head></html>';
const OUTSIDE = 'what lies outside of the folder';
const SCRIPT = `export const text = ${JSON.stringify('a'.repeat(4_000))};`;
const STYLE = `body{color:#000}${'/* - */'.repeat(1_000)}`;

let outside: string;
let folder: string;
let api: TestApi;
let below: TestApi;
beforeAll(async () => {
  outside = await mkdtemp(path.join(tmpdir(), 'dashboard-test-'));
  folder = path.join(outside, 'dist');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  const files = {
    'index.html': INDEX,
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'assets/app-1a2b.js': SCRIPT,
    'assets/app-1a2b.js.gz': gzipSync(SCRIPT, { level: 9 }),
    'assets/app-1a2b.css': STYLE,
    'assets/font-1a2b.woff2': Buffer.from([0, 1, 2]),
    '../secret.txt': OUTSIDE,
    '../dist-secret/secret.txt': OUTSIDE,
  };
  await mkdir(path.join(outside, 'dist-secret'));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  api = await createTestApi('on', { webDir: folder });
  below = await createTestApi('on', { webDir: folder, basePath: '/tools/monitor' });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await below?.close();
  await rm(outside, { recursive: true, force: true });
});

const open = (asked: string, headers = {}, of = api) => of.request(asked, { headers: { ...NAVIGATION, ...headers } });

describe('pages', () => {
  test.each([
    '/',
    '/index.html',
    '/failures',
    '/workflows/production/order-service/a%2Fb',
    '/a/b.c?env=x',
    '//x',
    '/v1x',
  ])('%s is the page', async (asked) => {
    const response = await open(asked);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(await response.text()).toBe(INDEX);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('vary')).toContain('Accept');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; manifest-src 'self'",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is not sent again to whoever has it', async () => {
    const etag = (await open('/')).headers.get('etag')!;
    const again = await open('/failures', { 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('cache-control')]).toEqual([304, '', 'no-cache']);
  });

  test('HEAD is answered without the body', async () => {
    const response = await api.request('/failures', { method: 'HEAD', headers: NAVIGATION });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test.each([
    ['/v1/nothing', 401],
    ['/v1', 401],
    ['/openapi.json', 200],
    ['/openapi.json/x', 404],
    ['/docs/x', 404],
    ['/metrics', 401],
    ['/metrics/x', 404],
    ['/healthz', 200],
    ['/readyz', 200],
    ['/queues', 401],
    ['/queues/x', 401],
    ['/assets/gone-1a2b.js', 404],
    ['/assets', 404],
    ['/assets/', 404],
  ])('%s is none, and answers %i', async (asked, status) => {
    const response = await open(asked);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      expect.stringMatching(/^application\/(problem\+)?json/),
    ]);
    expect(response.headers.get('content-security-policy')).not.toContain('script-src');
  });

  test('the page of the routes and the board keep a policy of their own', async () => {
    for (const asked of ['/docs', '/queues']) {
      expect((await open(asked)).headers.get('content-security-policy')).toContain("default-src 'self'");
    }
  });

  test('a program gets the list of routes, and is told what is not there', async () => {
    const { status, body, headers } = await api.get('/');
    expect([status, body.name, headers.get('vary')]).toEqual([
      200,
      'workflow-monitor',
      expect.stringContaining('Accept'),
    ]);
    expect(await api.get('/failures')).toMatchObject({ status: 404, body: { title: 'Not Found' } });
    expect((await api.request('/failures', { method: 'POST', headers: NAVIGATION })).status).toBe(405);
  });
});

describe('files', () => {
  test.each([
    ['/assets/app-1a2b.js', 'text/javascript'],
    ['/assets/app-1a2b.css', 'text/css'],
    ['/assets/font-1a2b.woff2', 'font/woff2'],
  ])('%s is kept for ever', async (asked, type) => {
    const response = await api.request(asked);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining(type)]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('others are asked for again', async () => {
    const response = await api.request('/icon.svg');
    expect([response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      expect.stringContaining('image/svg+xml'),
      'no-cache',
    ]);
  });

  test.each([
    ['as the build has compressed it', '/assets/app-1a2b.js', SCRIPT],
    ['compressed here where it has not', '/assets/app-1a2b.css', STYLE],
  ])('small: %s', async (_how, asked, content) => {
    const response = await api.request(asked, { headers: { 'accept-encoding': 'gzip' } });
    expect([response.headers.get('content-encoding'), response.headers.get('vary')]).toEqual([
      'gzip',
      expect.stringContaining('Accept-Encoding'),
    ]);
    expect(gunzipSync(Buffer.from(await response.arrayBuffer())).toString()).toBe(content);
    expect(await (await api.request(asked)).text()).toBe(content);
  });
});

describe('below a path', () => {
  test.each(['/tools/monitor', '/tools/monitor/', '/tools/monitor/failures', '/', '/failures'])(
    'the page at %s names the path as its base',
    async (asked) => {
      expect(await (await open(asked, {}, below)).text()).toBe(INDEX.replace('href="/"', 'href="/tools/monitor/"'));
    },
  );

  test.each(['/tools/monitor', ''])('every route answers with "%s" before it', async (prefix) => {
    expect((await below.request(`${prefix}/assets/app-1a2b.js`)).status).toBe(200);
    expect((await below.request(`${prefix}/healthz`)).status).toBe(200);
    expect((await below.request(`${prefix}/v1/workflows`)).status).toBe(401);
    expect((await below.get(`${prefix}/v1/workflows`, await below.createReadKey())).status).toBe(200);
    expect((await below.get(`${prefix}/openapi.json`)).body.servers).toEqual([{ url: '/tools/monitor' }]);
    expect((await open(`${prefix}/docs`, {}, below)).headers.get('content-security-policy')).toContain("'self'");
  });

  test('a path that only begins alike is another', async () => {
    expect((await below.request('/tools/monitored/healthz')).status).toBe(404);
    expect((await below.request('/tools/monitor/tools/monitor/healthz')).status).toBe(404);
  });

  test.each(['/tools/monitor', ''])('the board works, asked with "%s" before it', async (prefix) => {
    const headers = { authorization: `Bearer ${(await below.createOperateKey()).token}` };
    const page = await (await below.request(`${prefix}/queues`, { headers })).text();
    expect(page).toContain('<base href="/tools/monitor/queues/"');
    const [, script] = /<script defer src="([^"]+)"/.exec(page)!;
    const response = await below.request(`${prefix}/queues/${script}`, { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('javascript'),
    ]);
  });
});

test('as long as nothing is built, a browser is told how to build it, and the api works', async () => {
  const webDir = path.join(outside, 'later');
  const bare = await createTestApi('off', { webDir, basePath: '/monitor' });
  try {
    const response = await open('/', {}, bare);
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'text/html; charset=UTF-8']);
    const text = await response.text();
    expect(text).toContain('npm run build');
    expect(text).toContain('href="/monitor/docs"');
    expect((await bare.get('/')).status).toBe(200);
    expect((await bare.get('/v1/workflows')).status).toBe(200);
    expect((await bare.request('/assets/app.js')).status).toBe(404);
    await mkdir(webDir);
    await writeFile(path.join(webDir, 'index.html'), INDEX);
    expect((await open('/', {}, bare)).status).toBe(200);
  } finally {
    await bare.close();
  }
});

describe('over a real connection', () => {
  let server: StartedApi;
  beforeAll(async () => {
    server = await startTestApi(NO_DATABASE, { webDir: folder, webBasePath: '/tools/monitor' });
  });
  afterAll(() => server?.stop());

  /** The path goes out as it stands here: fetch would tidy it up. */
  const raw = (asked: string, headers = {}) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      httpRequest({ hostname, port, path: asked, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
        .on('error', reject)
        .end();
    });

  test('serves the page, its files and the routes', async () => {
    const page = await fetch(`${server.url}/tools/monitor/failures`, { headers: NAVIGATION });
    const base = /<base href="([^"]+)"/.exec(await page.text())![1]!;
    const script = await fetch(new URL('./assets/app-1a2b.js', new URL(base, server.url)));
    expect([script.status, await script.text()]).toEqual([200, SCRIPT]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  const climbs = [
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '%2e%2e%2fsecret.txt',
    '..\\secret.txt',
    '..%5csecret.txt',
  ];
  const hostile = [
    ...climbs.flatMap((climb) => [
      `/${climb}`,
      `/assets/../${climb}`,
      `/assets/../../${climb}`,
      `/tools/monitor/${climb}`,
    ]),
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%252f..%252fsecret.txt',
    '/../dist-secret/secret.txt',
    '/-secret/secret.txt',
    '//secret.txt',
    '/.%00./secret.txt',
    '/assets/app-1a2b.js%00.txt',
    '/assets/%c0%ae%c0%ae/secret.txt',
    '/%',
    '/tools/monitor/../../../../secret.txt',
  ];
  test.each(hostile)('%s leads to nothing outside', async (asked) => {
    for (const headers of [{}, NAVIGATION]) {
      const { status, text } = await raw(asked, headers);
      expect(text).not.toContain(OUTSIDE);
      // At an address that means nothing there is the page, which says so, or a problem. Node's own 400 is empty.
      expect([status, text]).toEqual([
        status,
        expect.stringMatching(
          status === 200 ? /<base href="\/tools\/monitor\/" \/>|"name":"workflow-monitor"/ : /^$|"status":(404|400)/,
        ),
      ]);
    }
  });
});

test.each(['/v1', '/docs/x', '/queues', '/assets'])(
  '%s as the base path would hide routes, and is refused',
  async (webBasePath) => {
    await expect(startTestApi(NO_DATABASE, { webBasePath })).rejects.toThrow(`WEB_BASE_PATH is ${webBasePath}`);
  },
);
