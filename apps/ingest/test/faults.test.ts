/** PostgreSQL or the queue away. */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Registry } from '@wm/runtime';
import { createKey } from '@wm/store';
import { queueBackends, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metric, postTo, startHarness, workflowEvent } from './harness.ts';
import type { Harness } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness();
});
afterAll(() => ingest?.close());

/** A wire to PostgreSQL that can be cut, or go silent as a stopped server or a lost network does. */
class Wire {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #silent = false;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get url(): string {
    const through = new URL(this.#target.href);
    through.hostname = '127.0.0.1';
    through.port = String(this.#port);
    return through.href;
  }

  async open(): Promise<void> {
    this.#silent = false;
    this.#server = createServer((client) => this.#join(client));
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server!.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Nothing goes through any more, and nobody is told; new connections are taken and hear nothing. */
  goSilent(): void {
    this.#silent = true;
    for (const socket of this.#sockets) socket.pause();
  }

  speak(): void {
    this.#silent = false;
    for (const socket of this.#sockets) socket.resume();
  }

  #join(client: Socket): void {
    const server = connect(Number(this.#target.port || 5432), this.#target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => {});
      from.on('close', () => (this.#sockets.delete(from), to.destroy()));
      if (this.#silent) from.pause();
    }
  }
}

async function isStored(event: Record<string, unknown>): Promise<boolean> {
  return (await ingest.sql`SELECT 1 FROM workflow_events WHERE id = ${event['eventId'] as string}`).length === 1;
}

describe('PostgreSQL away', () => {
  it.each(['cut', 'silent'] as const)('(%s): 503 and not ready, then served again by itself', async (how) => {
    const wire = new Wire(ingest.databaseUrl);
    await wire.open();
    const { url, stop } = await ingest.start({ databaseUrl: wire.url, limits: { commitMs: 500 } });
    expect((await postTo(url, { events: [workflowEvent()] })).status).toBe(202);

    if (how === 'cut') await wire.cut();
    else wire.goSilent();
    const events = Array.from({ length: 12 }, () => workflowEvent());
    const answers = await Promise.all(events.map((event) => postTo(url, { events: [event] })));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);

    if (how === 'cut') await wire.open();
    else wire.speak();
    // As a tracker does: the very same batches, until they are taken. Some may have been stored before.
    for (const event of events) {
      await waitFor(
        'the service to take events again',
        async () => (await postTo(url, { events: [event] })).status === 202,
      );
      expect(await isStored(event)).toBe(true);
    }
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await stop();
    await wire.cut();
  });

  it('while a key is looked up: 503, and no verdict about the key', async () => {
    const { token } = await createKey(ingest.sql, { name: 'a', scope: 'ingest' });
    const wire = new Wire(ingest.databaseUrl);
    await wire.open();
    const { url, stop } = await ingest.start({ databaseUrl: wire.url, auth: 'on' });
    await wire.cut();
    const send = (): Promise<Response> => postTo(url, { events: [workflowEvent()] }, { 'x-api-key': token });
    const answer = await send();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('cannot be looked up') as string });
    await wire.open();
    await waitFor('the key to be looked up', async () => (await send()).status === 202);
    await stop();
    await wire.cut();
  });

  it('from the start: it starts, answers 503, and serves once PostgreSQL is there', async () => {
    const wire = new Wire(ingest.databaseUrl);
    await wire.open();
    await wire.cut();
    const { url, stop } = await ingest.start({ databaseUrl: wire.url });
    const event = workflowEvent();
    expect((await postTo(url, { events: [event] })).status).toBe(503);
    await wire.open();
    await waitFor('the event to be taken', async () => (await postTo(url, { events: [event] })).status === 202);
    await stop();
    await wire.cut();
  });
});

describe('the queue away', () => {
  /** Events are taken all the same, and wait on the work list; the failure is counted, and no reason not to be ready. */
  async function expectTaken({ url, registry }: { url: string; registry: Registry }): Promise<void> {
    for (const event of Array.from({ length: 5 }, () => workflowEvent())) {
      expect((await postTo(url, { events: [event] })).status).toBe(202);
      expect(await isStored(event)).toBe(true);
      expect(
        await ingest.sql`SELECT 1 FROM pending_events WHERE event_id = ${event['eventId'] as string}`,
      ).toHaveLength(1);
    }
    await waitFor(
      'the failures to be counted',
      async () => (await metric(registry, 'wm_ingest_wake_up_failures_total')) >= 1,
    );
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  }

  const redis = queueBackends().find((backend) => backend.redisUrl !== null)?.redisUrl;
  const redisFaults = redis === undefined ? [] : (['cut', 'silent', 'cut before the start'] as const);
  it.each(redisFaults)('(Redis, %s)', async (how) => {
    const wire = new Wire(redis!);
    await wire.open();
    if (how === 'cut before the start') await wire.cut();
    const service = await ingest.start({ redisUrl: wire.url });
    if (how === 'cut') await wire.cut();
    if (how === 'silent') wire.goSilent();
    await expectTaken(service);
    await service.stop();
    if (how === 'silent') await wire.cut();
  });

  it('(PostgreSQL, its tables gone)', async () => {
    await ingest.sql`ALTER SCHEMA bullmq RENAME TO elsewhere`;
    await expectTaken(await ingest.start());
    await ingest.sql`ALTER SCHEMA elsewhere RENAME TO bullmq`;
  });
});
