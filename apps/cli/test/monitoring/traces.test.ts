/** One id and one trace lead from a request to the drain that folds its events. */
import { createTestDatabase, queueBackends, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCollector, type CollectedSpan, type Collector } from './collector.ts';
import { anEvent, postEvents, startService, type Service } from './services.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SECRET = 'hush-hush';

describe('with a collector', () => {
  const undo: (() => Promise<unknown>)[] = [];
  let collector: Collector;
  let ingest: Service;
  let worker: Service;
  let api: Service;

  beforeAll(async () => {
    const database = await createTestDatabase();
    undo.push(() => database.drop());
    collector = await startCollector();
    undo.push(() => collector.stop());
    const env = {
      DATABASE_URL: database.url,
      // The queue as in production, where there is a Redis; what a job carries is the same on both backends.
      REDIS_URL: queueBackends().at(-1)?.redisUrl ?? '',
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    [ingest, worker, api] = await Promise.all([
      startService('ingest', env),
      startService('worker', env),
      startService('api', env),
    ]);
    undo.push(() => Promise.all([ingest.kill(), worker.kill(), api.kill()]));
  }, 120_000);

  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  function spanOf(traceId: string, service: string, name: string): Promise<CollectedSpan> {
    return waitFor(`a span ${name} of ${service}`, async () =>
      collector.spans().find((span) => span.traceId === traceId && span.service === service && span.name === name),
    );
  }

  test('a trace goes on from the request of the client to the drain', async () => {
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, 'x-request-id': 'order-7' };
    const posted = await postEvents(ingest.url, [anEvent({ input: { secret: SECRET } })], headers);
    expect(posted.status).toBe(202);
    expect(posted.headers.get('x-request-id')).toBe('order-7');
    const request = await spanOf(TRACE, 'wm-ingest', 'POST /v1/events');
    expect(request.parentSpanId).toBe('00f067aa0ba902b7');
    expect(request.attributes).toMatchObject({ 'wm.request_id': 'order-7', 'http.response.status_code': 202 });
    for (const [service, name] of [
      ['wm-ingest', 'commit'],
      ['wm-ingest', 'wake-up'],
      ['wm-worker', 'drain'],
    ] as const) {
      expect((await spanOf(TRACE, service, name)).parentSpanId).toBe(request.spanId);
    }
    expect(collector.received()).not.toContain(SECRET);
  });

  test('requests whose events are written or folded together are linked', async () => {
    const traceOf = (n: number): string => n.toString(16).padStart(32, 'a');
    const post = (n: number) =>
      postEvents(ingest.url, [anEvent({ workflowId: `w${n}` })], {
        traceparent: `00-${traceOf(n)}-00f067aa0ba902b7-01`,
      });
    const together = await waitFor('a group of several requests', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => post(n)));
      return collector.spans().find(({ name, links }) => name === 'commit' && links.length > 0);
    });
    const requests = collector.spans().filter(({ name }) => name === 'POST /v1/events');
    expect(requests.map(({ spanId }) => spanId)).toEqual(expect.arrayContaining(together.links));
  });

  test('every stage logs the id of the request', async () => {
    const { headers } = await postEvents(ingest.url, [anEvent({ input: { secret: SECRET } })]);
    const requestId = headers.get('x-request-id')!;
    expect(requestId).not.toBe('');
    await waitFor('the lines of ingest and worker', async () =>
      [ingest, worker].every((service) =>
        service
          .output()
          .split('\n')
          .some((line) => line.includes(requestId) && line.includes('"level":"debug"')),
      ),
    );
    expect(ingest.output() + worker.output()).not.toContain(SECRET);
  });

  test('a refusal has an id too', async () => {
    const refused = await postEvents(ingest.url, [], { 'content-encoding': 'br', 'x-request-id': 'bad-1' });
    expect(refused.status).toBe(415);
    expect(refused.headers.get('x-request-id')).toBe('bad-1');
  });

  test('questions to the api are traced', async () => {
    const id = TRACE.replace('4', '5');
    const answer = await fetch(`${api.url}/v1/workflows/e/s/w`, {
      headers: { traceparent: `00-${id}-00f067aa0ba902b7-01` },
    });
    expect(answer.headers.get('x-request-id')).toBe(id);
    const span = await spanOf(id, 'wm-api', 'GET');
    expect(span.attributes).toMatchObject({
      'http.response.status_code': 404,
      'http.route': '/v1/workflows/:env/:service/:workflowId',
    });
  });

  test('what is left is sent before the end', async () => {
    const id = TRACE.replace('4', '6');
    await postEvents(ingest.url, [anEvent()], { traceparent: `00-${id}-00f067aa0ba902b7-01` });
    await ingest.stop();
    expect(collector.spans().some(({ traceId, name }) => traceId === id && name === 'POST /v1/events')).toBe(true);
  });
});

test.each([
  ['is away', goneCollector],
  ['never answers', () => startCollector(false)],
])(
  'a collector that %s costs nothing but the traces',
  async (_, start) => {
    const database = await createTestDatabase();
    const collector = await start();
    const ingest = await startService('ingest', {
      DATABASE_URL: database.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '10',
    });
    for (let n = 0; n < 50; n += 1) {
      expect(await postEvents(ingest.url, [anEvent()])).toMatchObject({ status: 202, body: { accepted: 1 } });
    }
    expect(await ingest.stop()).toBe(0);
    expect(ingest.output().split('\n').length).toBeLessThan(10);
    await collector.stop();
    await database.drop();
  },
  60_000,
);

async function goneCollector(): Promise<Collector> {
  const collector = await startCollector();
  await collector.stop();
  return collector;
}
