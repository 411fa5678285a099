import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '@wm/simulator';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../ports.ts';
import { startTcpProxy } from './tcp-proxy.ts';

let running: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of running.reverse()) await stop();
  running = [];
});

async function serverSaying(text: string): Promise<{ port: number; served: () => number }> {
  let served = 0;
  const server: Server = createServer((_request, response) => {
    served += 1;
    response.setHeader('connection', 'close').end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, served: () => served };
}

async function proxyTo(...ports: number[]) {
  const proxy = await startTcpProxy(ports, createRandom('test'));
  running.push(() => proxy.close());
  return proxy;
}

/** Null where it did not arrive whole. */
async function answerOf(url: string): Promise<string | null> {
  try {
    return await (await fetch(url)).text();
  } catch {
    return null;
  }
}

test('connections take turns, past those that nobody listens on', async () => {
  const [one, two] = await Promise.all([serverSaying('one'), serverSaying('two')]);
  const proxy = await proxyTo(one.port, await freePort(), two.port);
  const answers: (string | null)[] = [];
  for (let nth = 0; nth < 6; nth += 1) answers.push(await answerOf(proxy.url));
  expect(answers).toEqual(['one', 'two', 'two', 'one', 'two', 'two']);
});

test('a cut answer was served, and never arrives whole', async () => {
  const server = await serverSaying('x'.repeat(10_000));
  const proxy = await proxyTo(server.port);
  proxy.cutShare = 1;
  for (let nth = 1; nth <= 20; nth += 1) {
    expect(await answerOf(proxy.url)).toBeNull();
    expect(server.served()).toBe(nth);
  }
  expect(proxy.cuts).toBe(20);
  proxy.cutShare = 0;
  expect(await answerOf(proxy.url)).toHaveLength(10_000);
});
