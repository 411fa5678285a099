import { randomUUID } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createTestDatabase, queueBackends, waitFor } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConsumer, createWakeUps, prepareQueue, queueTarget } from './index.ts';
import type { QueueTarget, WakeUps } from './index.ts';

/** Stands between us and a server, and can be that server's outage. */
interface Line {
  url: string;
  /** Down: connections are cut and refused. Silent: nothing comes back on them. */
  set(state: 'up' | 'down' | 'silent'): void;
  close(): void;
}

async function lineTo(url: string): Promise<Line> {
  const far = new URL(url);
  let state = 'up';
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    if (state === 'down') return void near.destroy();
    const onward = connect(Number(far.port), far.hostname);
    const pair: [Socket, Socket] = [near, onward];
    pairs.add(pair);
    near.on('data', (data) => void (state === 'up' && onward.write(data)));
    onward.on('data', (data) => void (state === 'up' && near.write(data)));
    for (const [one, other] of [pair, pair.toReversed() as [Socket, Socket]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const near = new URL(url);
  near.hostname = '127.0.0.1';
  near.port = String((server.address() as AddressInfo).port);
  const cut = (): void => pairs.forEach((pair) => pair.forEach((socket) => socket.destroy()));
  return {
    url: near.href,
    set(next) {
      // What was swallowed while silent never comes: such a connection is of no use any more.
      if (next === 'down' || state === 'silent') cut();
      state = next;
    },
    close() {
      cut();
      server.close();
    },
  };
}

const key = { env: 'test', serviceKey: 'shop', workflowId: 'w1' };
const wakeUp = [{ key }];

describe.each(queueBackends())('an outage of the queue on $name', ({ name, redisUrl }) => {
  let database: TestDatabase;
  let line: Line;
  let target: QueueTarget;
  let open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    await prepareQueue(queueTarget({ databaseUrl: database.url, redisUrl }));
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    line = await lineTo(redisUrl ?? database.url);
    target = queueTarget({
      databaseUrl: name === 'postgres' ? line.url : database.url,
      redisUrl: name === 'redis' ? line.url : null,
      queueName: `q-${randomUUID()}`,
    });
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
    open = [];
    line.close();
  });

  const producer = (): WakeUps => {
    const wakeUps = createWakeUps(target, { timeoutMs: 300, onError: () => {} });
    open.push(wakeUps);
    return wakeUps;
  };
  const sent = (wakeUps: WakeUps) =>
    waitFor('a wake-up to be sent', async () => (await wakeUps.wake(wakeUp)) === 'sent');

  test.each(['down', 'silent'] as const)(
    'from the start (%s): wake answers, and sends once it is over',
    async (state) => {
      line.set(state);
      const wakeUps = producer();
      expect(await wakeUps.wake(wakeUp)).toBe('failed');
      expect(await wakeUps.counts()).toBeNull();
      line.set('up');
      await sent(wakeUps);
    },
  );

  test.each(['down', 'silent'] as const)('later (%s): wake answers, and sends once it is over', async (state) => {
    const wakeUps = producer();
    await sent(wakeUps);
    line.set(state);
    for (let call = 0; call < 20; call += 1) expect(await wakeUps.wake(wakeUp)).toBe('failed');
    line.set('up');
    await sent(wakeUps);
  });

  test('a consumer takes wake-ups after an outage from the start', async () => {
    line.set('down');
    let taken = 0;
    open.push(createConsumer(target, { concurrency: 2, process: async () => void (taken += 1), onError: () => {} }));
    const wakeUps = producer();
    expect(await wakeUps.wake(wakeUp)).toBe('failed');
    line.set('up');
    await sent(wakeUps);
    await waitFor('the wake-up', async () => taken > 0);
  });

  test('a consumer takes wake-ups after a later outage', async () => {
    let taken = 0;
    const errors: Error[] = [];
    open.push(
      createConsumer(target, {
        concurrency: 2,
        process: async () => void (taken += 1),
        onError: (error) => errors.push(error),
      }),
    );
    const wakeUps = producer();
    await sent(wakeUps);
    await waitFor('the first wake-up', async () => taken > 0);
    line.set('down');
    await waitFor('the consumer to notice', async () => errors.length > 0);
    line.set('up');
    taken = 0;
    await sent(wakeUps);
    // Where the outage hit between the work and its end, the job is taken over first, after 10 to 15 seconds.
    await waitFor('the wake-up after it', async () => taken > 0, 25_000);
    expect(errors.length).toBeLessThan(100);
  });

  test('closes although the server is away', async () => {
    line.set('silent');
    const wakeUps = createWakeUps(target, { onError: () => {} });
    const consumer = createConsumer(target, { concurrency: 1, process: async () => {}, onError: () => {} });
    expect(await wakeUps.wake(wakeUp)).toBe('failed');
    await Promise.all([wakeUps.close(), consumer.close()]);
  });
});
