import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateTraffic } from '@wm/simulator';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PlainError } from '../plain-error.ts';
import { simulateOptions } from './simulate-options.ts';
import { createPoster } from './simulate-post.ts';
import { runTraffic } from './simulate-run.ts';
import { Tally } from './simulate-tally.ts';
import { simulateCommand } from './simulate.ts';

interface Received {
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** The other side: answers each request with what `answer` says; `null` cuts the connection. */
async function listen(answer: (request: number) => { status: number; text?: string } | null) {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      const given = answer(received.length);
      if (given === null) request.socket.destroy();
      else response.writeHead(given.status).end(given.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.restoreAllMocks();
});

function posterTo(url: string, options: { resendAfterMs?: number[]; signal?: AbortSignal; key?: string } = {}) {
  const failedTries: string[] = [];
  const { resendAfterMs = [1, 2, 4], signal = new AbortController().signal, key = null } = options;
  const poster = createPoster({ url, key, signal, resendAfterMs, onFailedTry: (reason) => failedTries.push(reason) });
  closers.push(() => poster.close());
  return { poster, failedTries };
}

const stored = (accepted: number) => ({
  status: 202,
  text: JSON.stringify({ accepted, duplicates: 0, quarantined: [] }),
});
const batch = { events: [{ eventId: '1', text: 'Zoë \ud800' }] };

describe('the rule of the client', () => {
  test('a failed try is repeated with the identical body until it is acknowledged', async () => {
    const server = await listen((request) =>
      request > 3 ? stored(1) : [{ status: 503 }, null, { status: 400 }][request - 1]!,
    );
    const { poster, failedTries } = posterTo(server.url);
    expect(await poster.post(batch)).toMatchObject({ kind: 'acknowledged', answer: { accepted: 1 } });
    expect(failedTries).toEqual(['HTTP 503', 'ECONNRESET', 'HTTP 400']);
    expect(new Set(server.received.map(({ body }) => body))).toEqual(new Set([JSON.stringify(batch)]));
    expect(server.received).toHaveLength(4);
  });

  test('a batch that failed four times is dropped', async () => {
    const server = await listen(() => ({ status: 500 }));
    const { poster } = posterTo(server.url);
    expect(await poster.post(batch)).toEqual({ kind: 'dropped' });
    expect(server.received).toHaveLength(4);
  });

  test('the tries are 1, 2 and 4 seconds apart', async () => {
    const server = await listen(() => ({ status: 500 }));
    const setTimer = globalThis.setTimeout;
    const waits: (number | undefined)[] = [];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((done: () => void, ms?: number) => {
      waits.push(ms);
      return setTimer(done, 0);
    });
    const { signal } = new AbortController();
    await createPoster({ url: server.url, key: null, signal, onFailedTry: () => {} }).post(batch);
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  test('nobody listening is a failed try as well', async () => {
    const { poster, failedTries } = posterTo('http://127.0.0.1:1');
    expect(await poster.post(batch)).toEqual({ kind: 'dropped' });
    expect(failedTries).toEqual(Array.from({ length: 4 }, () => 'ECONNREFUSED'));
  });

  test('an interrupt ends the wait for the next try', async () => {
    const interrupt = new AbortController();
    const server = await listen(() => {
      interrupt.abort();
      return { status: 503 };
    });
    const { poster } = posterTo(server.url, { resendAfterMs: [60_000], signal: interrupt.signal });
    expect(await poster.post(batch)).toEqual({ kind: 'abandoned' });
  });

  test('the key goes along as a bearer token', async () => {
    const server = await listen(() => stored(1));
    await posterTo(server.url, { key: 'wm_secret' }).poster.post(batch);
    expect(server.received[0]!.headers).toMatchObject({
      authorization: 'Bearer wm_secret',
      'content-type': 'application/json',
    });
  });
});

test('a run posts every delivery and counts what came back', async () => {
  const deliveries = [...generateTraffic({ seed: 5, workflows: 40, rate: 1e6, startAt: 0 })];
  const events = deliveries.reduce((sum, { body }) => sum + body.events.length, 0);
  const server = await listen((request) => (request === 3 ? { status: 500 } : stored(request === 5 ? 0 : 1)));
  const { poster } = posterTo(server.url);
  const tally = new Tally();
  await runTraffic({ deliveries, poster, tally, until: Infinity, signal: new AbortController().signal });
  expect(tally.summary()).toMatchObject({
    requests: deliveries.length,
    events,
    accepted: deliveries.length - 1,
    droppedEvents: 0,
  });
  expect(tally.inFlight).toBe(0);
  expect(server.received).toHaveLength(deliveries.length + 1);
});

describe('the command', () => {
  function output() {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    return written;
  }

  test('posts as many workflows as asked for and sums up', async () => {
    const server = await listen(() => stored(1));
    const written = output();
    const code = await simulateCommand([
      '--url',
      server.url,
      '--workflows',
      '5',
      '--rate',
      '100000',
      '--seed',
      '7',
      '--speed',
      '100000',
      '--json',
    ]);
    expect(code).toBe(0);
    const summary = JSON.parse(written.join('')) as Record<string, unknown>;
    expect(summary).toMatchObject({ seed: 7, requests: server.received.length - 1, droppedEvents: 0, failedTries: {} });
    const sent = server.received.slice(1).flatMap(({ body }) => (JSON.parse(body) as { events: unknown[] }).events);
    expect(summary.events).toBe(sent.length);
  });

  test('says at once that nobody answers', async () => {
    output();
    await expect(simulateCommand(['--url', 'http://127.0.0.1:1'])).rejects.toThrow(
      /No ingest service answers.*ECONNREFUSED/,
    );
  });

  test('says at once that a key is missing', async () => {
    output();
    const server = await listen(() => ({ status: 401 }));
    await expect(simulateCommand(['--url', server.url])).rejects.toThrow(/wm keys create/);
  });
});

describe('arguments', () => {
  const url = ['--url', 'http://127.0.0.1:4000'];

  test.each([
    [['--rate', '0']],
    [['--rate', 'fast']],
    [['--workflows=-1']],
    [['--workflows', '']],
    [['--seed', '1.5']],
    [['--services', 'a,,b']],
    [['--url', 'ftp://127.0.0.1']],
  ])('%j is refused in one line', (args) => {
    expect(() => simulateOptions([...url, ...args])).toThrow(PlainError);
  });

  test.each(['http://monitor.example', 'http://127.0.0.1.example', 'http://10.0.0.1:4000', 'http://localhost.example'])(
    '%s is another machine, and has to be allowed',
    (remote) => {
      expect(() => simulateOptions(['--url', remote])).toThrow(/--allow-remote/);
      expect(simulateOptions(['--url', remote, '--allow-remote']).url).toBe(`${remote}/`);
    },
  );

  test.each(['http://localhost:4000', 'http://127.0.0.1:4000', 'http://127.9.9.9', 'http://[::1]:4000'])(
    '%s is this machine',
    (local) => {
      expect(simulateOptions(['--url', local]).url).toBe(`${local}/`);
    },
  );

  test('a run is bounded by count, unless time or forever is asked for', () => {
    expect(simulateOptions(url)).toMatchObject({ workflows: 1000, durationMs: Infinity, longestWaitMs: 10_000 });
    expect(simulateOptions([...url, '--duration', '3'])).toMatchObject({ workflows: Infinity, durationMs: 3000 });
    expect(simulateOptions([...url, '--forever'])).toMatchObject({ workflows: Infinity, durationMs: Infinity });
    expect(simulateOptions([...url, '--speed', '1']).longestWaitMs).toBe(Infinity);
  });

  test('no running system is said with what to do', () => {
    expect(() => simulateOptions([], { DATA_DIR: '/nowhere/at/all' })).toThrow(/npm start/);
  });
});
