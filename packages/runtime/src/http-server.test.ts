import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { healthRoutes } from './health.ts';
import { serveHttp, type HttpOptions, type HttpServer } from './http-server.ts';
import { createLogger } from './logger.ts';
import { createRegistry } from './metrics.ts';

const logger = createLogger('test', 'silent');
const servers: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(0)));
});

async function serve(app: Hono, options: Partial<HttpOptions> = {}): Promise<HttpServer> {
  const server = await serveHttp({ fetch: app.fetch, host: '127.0.0.1', port: 0, logger, ...options });
  servers.push(server);
  return server;
}

/** What a server says to bytes on a plain connection, until it ends it. */
async function say(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

test('an application answers under the url', async () => {
  const server = await serve(new Hono().get('/', (context) => context.text('hello')));
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(await (await fetch(server.url)).text()).toBe('hello');
});

test('a taken port is one clear line that names the variable', async () => {
  const { port } = await serve(new Hono());
  await expect(serve(new Hono(), { port, portVariable: 'INGEST_PORT' })).rejects.toThrow(
    new RegExp(`^Port ${port} on 127.0.0.1 is taken by another program.*set INGEST_PORT to another port\\.$`),
  );
});

test('an address that is not ours is one clear line', async () => {
  await expect(serve(new Hono(), { host: '192.0.2.1' })).rejects.toThrow(
    /192\.0\.2\.1:0 cannot be listened on \(EADDRNOTAVAIL\)/,
  );
});

test('headers over 16 KB are answered 431, a broken request 400', async () => {
  const { port } = await serve(new Hono());
  expect(await say(port, `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(17_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 /,
  );
  expect(await say(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
});

test('headers or a body that never end are answered 408', async () => {
  const app = new Hono().post('/', async (context) => context.text(await context.req.text()));
  app.onError((_error, context) => context.text('', 500)); // reading a body that was cut off; nobody is there to see it
  const { port } = await serve(app, { headersTimeoutMs: 200, requestTimeoutMs: 400 });
  expect(await say(port, 'GET / HTTP/1.1\r\nhost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  expect(await say(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc')).toMatch(/^HTTP\/1\.1 408 /);
});

test('stop lets a running request finish, ends idle connections and takes no new ones', async () => {
  const gate = withResolvers();
  const entered = withResolvers();
  const app = new Hono()
    .get('/quick', (context) => context.text('quick'))
    .get('/slow', async (context) => {
      entered.resolve();
      await gate.promise;
      return context.text('finished');
    });
  const server = await serve(app);
  const agent = new Agent({ keepAlive: true });
  await get(`${server.url}/quick`, agent);
  const slow = get(`${server.url}/slow`, agent);
  await entered.promise;
  const stopped = server.stop(20_000);
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  gate.resolve();
  expect(await slow).toBe('finished');
  await stopped;
  agent.destroy();
});

test('stop cuts a request off that outlasts the grace', async () => {
  const entered = withResolvers();
  const app = new Hono().get('/', async () => {
    entered.resolve();
    return new Promise<Response>(() => {});
  });
  const server = await serve(app);
  const outcome = fetch(server.url).catch((error: Error) => error.message);
  await entered.promise;
  await server.stop(10);
  expect(await outcome).toBe('fetch failed');
});

test('health, readiness and metrics', async () => {
  const registry = createRegistry('test');
  let reason: string | null = null;
  const app = healthRoutes({ registry, ready: async () => reason });
  expect((await app.request('/healthz')).status).toBe(200);
  expect((await app.request('/readyz')).status).toBe(200);
  reason = 'PostgreSQL does not answer';
  const notReady = await app.request('/readyz');
  expect([notReady.status, await notReady.json()]).toEqual([503, { status: 'not ready', reason }]);
  const metrics = await app.request('/metrics');
  expect(metrics.headers.get('content-type')).toBe(registry.contentType);
  expect(await metrics.text()).toContain('process_cpu_seconds_total{service="test"}');
});

test('a readiness check that throws or hangs is not ready', async () => {
  const registry = createRegistry('test');
  const throwing = healthRoutes({ registry, ready: () => Promise.reject(new Error('broken')) });
  expect(await (await throwing.request('/readyz')).json()).toEqual({ status: 'not ready', reason: 'broken' });
  const hanging = healthRoutes({ registry, ready: () => new Promise(() => {}), readyTimeoutMs: 5 });
  expect((await hanging.request('/readyz')).status).toBe(503);
});

function get(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent }, (incoming) => {
      let text = '';
      incoming.on('data', (data) => (text += String(data)));
      incoming.on('end', () => resolve(text));
    });
    outgoing.once('error', reject).end();
  });
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((resolver) => {
    resolve = resolver;
  });
  return { promise, resolve };
}

test('a client that closes its side behind the request gets its answer', async () => {
  let answerNow = (): void => {};
  const mayAnswer = new Promise<void>((resolve) => (answerNow = resolve));
  const app = new Hono().get('/', async (context) => {
    await mayAnswer;
    return context.text('late');
  });
  const server = await serve(app);
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.end('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(socket, 'finish');
  // By then the server has seen the end, too: it answers what comes later.
  await fetch(`${server.url}/nothing`);
  answerNow();
  await once(socket, 'close');
  expect(answer).toContain('late');
});
