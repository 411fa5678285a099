/** What a request as a whole is answered with. */
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metric, startHarness, workflowEvent } from './harness.ts';
import type { Harness } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness({
    limits: {
      bodyBytes: 20_000,
      inflatedBytes: 50_000,
      bodyIdleMs: 200,
      eventsPerRequest: 300,
      valuesPerRequest: 4_000,
      bytesInFlight: 60_000,
      roomWaitMs: 200,
    },
  });
});
afterAll(() => ingest?.close());

async function expectProblem(response: Response, status: number, detail: RegExp): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as { detail: string };
  expect(body).toEqual({
    type: 'about:blank',
    title: expect.any(String) as string,
    status,
    detail: expect.stringMatching(detail) as string,
  });
}

describe('a body that is not understood', () => {
  it.each(['', '{', 'hello', '{"events":[{]}'])('%j is 400', async (body) => {
    await expectProblem(await ingest.post(body), 400, /not JSON.*Nothing of it was kept/);
  });

  it.each(['{}', '[]', 'null', '{"events":{}}', '"events"'])('%s is 400', async (body) => {
    await expectProblem(await ingest.post(body), 400, /"events" array/);
  });

  it('of another content type is 415, of none is taken', async () => {
    await expectProblem(await ingest.post('{"events":[]}', { 'content-type': 'text/plain' }), 415, /application\/json/);
    await expectProblem(
      await ingest.post('{"events":[]}', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      /application\/json/,
    );
    expect((await ingest.post('{"events":[]}', { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(
      202,
    );
    expect(await postRaw({}, '{"events":[]}')).toMatchObject({ status: 202 });
  });

  it.each(['br', 'deflate', 'gzip, gzip', 'zstd'])('of the encoding %s is 415', async (encoding) => {
    await expectProblem(await ingest.post('{"events":[]}', { 'content-encoding': encoding }), 415, /not understood/);
  });

  it('that says gzip and is none is 400', async () => {
    await expectProblem(await ingest.post('{"events":[]}', { 'content-encoding': 'gzip' }), 400, /gzip/);
    const cut = gzipSync('{"events":[]}').subarray(0, -4);
    await expectProblem(await ingest.post(cut, { 'content-encoding': 'gzip' }), 400, /gzip/);
  });
});

it('no events at all are 202', async () => {
  const response = await ingest.post({ events: [] });
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ accepted: 0, duplicates: 0, quarantined: [] });
});

it('gzip is taken, and so is a body in chunks', async () => {
  const zipped = await ingest.post(gzipSync(JSON.stringify({ events: [workflowEvent(), workflowEvent()] })), {
    'content-encoding': 'gzip',
  });
  expect(await zipped.json()).toMatchObject({ accepted: 2 });
  const body = JSON.stringify({ events: [workflowEvent()] });
  expect(await postRaw({ 'transfer-encoding': 'chunked' }, body.slice(0, 40), body.slice(40))).toMatchObject({
    status: 202,
    body: expect.stringContaining('"accepted":1') as string,
  });
});

describe('a body that is too large is 413', () => {
  const large = JSON.stringify({ events: [workflowEvent({ input: 'x'.repeat(20_000) })] });

  it('by its announced length', async () => {
    await expectProblem(await ingest.post(large), 413, /20000 bytes/);
  });

  it('while it comes', async () => {
    expect(await postRaw({ 'transfer-encoding': 'chunked' }, large)).toMatchObject({ status: 413 });
  });

  it('once it is inflated', async () => {
    const fits = JSON.stringify({ events: [workflowEvent({ input: 'x'.repeat(48_000) })] });
    expect((await ingest.post(gzipSync(fits), { 'content-encoding': 'gzip' })).status).toBe(202);
    await expectProblem(
      await ingest.post(gzipSync(Buffer.alloc(10_000_000, ' ')), { 'content-encoding': 'gzip' }),
      413,
      /inflated body/,
    );
  });

  it('by the number of its events', async () => {
    await expectProblem(await ingest.post(`{"events":[${Array(301).fill(0).join(',')}]}`), 413, /301 events/);
  });

  it('by the number of its values, which may come from few bytes', async () => {
    const values = JSON.stringify({ events: [workflowEvent({ input: Array.from({ length: 4_100 }, () => ({})) })] });
    await expectProblem(
      await ingest.post(gzipSync(values), { 'content-encoding': 'gzip' }),
      413,
      /more than 4000 JSON values/,
    );
    const texts = JSON.stringify({ events: [workflowEvent({ input: ',[{'.repeat(4_100) })] });
    expect((await ingest.post(gzipSync(texts), { 'content-encoding': 'gzip' })).status).toBe(202);
  });
});

it('a body that stands still is 408', async () => {
  const answer = await raw(
    { method: 'POST', path: '/v1/events', headers: { 'content-type': 'application/json', 'content-length': 100 } },
    (client) => client.write('{"events"'),
  );
  expect(answer).toMatchObject({ status: 408, headers: { connection: 'close' } });
});

it('a body whose bytes came while this process stood still is taken', async () => {
  const body = JSON.stringify({ events: [workflowEvent()] });
  const client = connect(Number(new URL(ingest.url).port), '127.0.0.1');
  client.write(
    `POST /v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
  );
  await waitFor('the room to be taken', async () => (await metric(ingest.registry, 'wm_ingest_bytes_in_flight')) > 0);
  // Right before timers have their turn, so that the clock speaks before the bytes do.
  await new Promise((resolve) => setImmediate(resolve));
  client.write(body.slice(9));
  for (const until = performance.now() + 400; performance.now() < until;);
  let answer = '';
  for await (const chunk of client) answer += String(chunk);
  expect(answer).toMatch(/^HTTP\/1.1 202/);
});

it('a body that its client gives up leaves nothing behind', async () => {
  const client = connect(Number(new URL(ingest.url).port), '127.0.0.1');
  client.write(
    'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"ev',
  );
  await waitFor('the room to be taken', async () => (await metric(ingest.registry, 'wm_ingest_bytes_in_flight')) > 0);
  client.destroy();
  await waitFor('the room to be free', async () => (await metric(ingest.registry, 'wm_ingest_bytes_in_flight')) === 0);
});

it('headers that are too large are 431', async () => {
  const answer = await raw(
    { method: 'POST', path: '/v1/events', headers: { 'x-api-key': 'x'.repeat(20_000) } },
    (client) => client.end(),
  );
  expect(answer.status).toBe(431);
});

it('a request that finds no room in time is 503, and the next one is served', async () => {
  const holding = Array.from({ length: 3 }, () => {
    const client = connect(Number(new URL(ingest.url).port), '127.0.0.1');
    client.on('error', () => {});
    client.write(
      'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20000\r\n\r\n',
    );
    const byByte = setInterval(() => client.write(' '), 50);
    return () => (clearInterval(byByte), client.destroy());
  });
  await waitFor(
    'all room to be taken',
    async () => (await metric(ingest.registry, 'wm_ingest_bytes_in_flight')) === 60_000,
  );
  await expectProblem(
    await ingest.post({ events: [workflowEvent()] }),
    503,
    /as many bytes as it may hold.*Send the same batch again/,
  );
  for (const letGo of holding.splice(0, 2)) letGo();
  await waitFor(
    'most room to be free',
    async () => (await metric(ingest.registry, 'wm_ingest_bytes_in_flight')) === 20_000,
  );
  expect((await ingest.post({ events: [workflowEvent()] })).status).toBe(202);
  // A small body of many events takes more room than its bytes.
  await expectProblem(await ingest.post({ events: Array(100).fill(0) }), 503, /as many bytes as it may hold/);
  for (const letGo of holding) letGo();
  expect((await ingest.post({ events: [workflowEvent()] })).status).toBe(202);
});

describe('addresses', () => {
  it('that do not exist are 404', async () => {
    await expectProblem(
      await fetch(`${ingest.url}/v1/event`, { method: 'POST', body: '{}' }),
      404,
      /POST \/v1\/events/,
    );
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s /v1/events is 405', async (method) => {
    const response = await fetch(`${ingest.url}/v1/events`, { method });
    expect(response.headers.get('allow')).toBe('POST');
    await expectProblem(response, 405, /POST only/);
  });

  it('POST /healthz is 405', async () => {
    const response = await fetch(`${ingest.url}/healthz`, { method: 'POST' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    await expectProblem(response, 405, /GET, HEAD/);
  });

  it('health, readiness and metrics answer', async () => {
    expect((await fetch(`${ingest.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${ingest.url}/readyz`)).status).toBe(200);
    await ingest.send(workflowEvent(), 1);
    const figures = await (await fetch(`${ingest.url}/metrics`)).text();
    expect(figures).toMatch(/wm_ingest_events_accepted_total{service="ingest"} \d+/);
    expect(figures).toMatch(/wm_ingest_events_quarantined_total{reason="not_an_object",service="ingest"} 1/);
    expect(figures).toContain('wm_ingest_insert_seconds_bucket');
    expect(figures).toContain('wm_ingest_ack_seconds_bucket');
    expect(figures).toContain('wm_ingest_bytes_in_flight');
  });
});

interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A request of which everything is ours: what fetch would set or refuse. */
function raw(options: RequestOptions, send: (client: ReturnType<typeof request>) => void): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const client = request(ingest.url, options, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () => {
        resolve({ status: answer.statusCode!, headers: answer.headers, body });
        client.destroy();
      });
    });
    client.on('error', reject);
    send(client);
  });
}

function postRaw(headers: Record<string, string>, ...chunks: string[]): Promise<RawAnswer> {
  return raw({ method: 'POST', path: '/v1/events', headers }, (client) => {
    for (const chunk of chunks) client.write(chunk);
    client.end();
  });
}
