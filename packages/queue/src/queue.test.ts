import { randomUUID } from 'node:crypto';
import { createTestDatabase, queueBackends, waitFor } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConsumer, createWakeUps, prepareQueue, queueTarget } from './index.ts';
import type { Consumer, QueueTarget, WakeUp, WakeUps, WorkflowKey } from './index.ts';

const keyNumber = (number: number): WorkflowKey => ({ env: 'test', serviceKey: 'shop', workflowId: `w${number}` });

describe.each(queueBackends())('the queue on $name', ({ redisUrl }) => {
  let database: TestDatabase;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    await prepareQueue(queueTarget({ databaseUrl: database.url, redisUrl }));
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await database.drop();
  });

  const freshTarget = (): QueueTarget =>
    queueTarget({ databaseUrl: database.url, redisUrl, queueName: `q-${randomUUID()}` });
  const producer = (target: QueueTarget, onError: (error: Error) => void = () => {}): WakeUps => {
    const wakeUps = createWakeUps(target, { timeoutMs: 5_000, onError });
    open.push(wakeUps);
    return wakeUps;
  };
  const consumer = (target: QueueTarget, process: (wakeUp: WakeUp) => Promise<void>, concurrency = 10): Consumer => {
    const made = createConsumer(target, { concurrency, process, onError: () => {} });
    open.push(made);
    return made;
  };

  test('hands a wake-up over with its key and its event ids', async () => {
    const target = freshTarget();
    const seen: WakeUp[] = [];
    consumer(target, async (wakeUp) => void seen.push(wakeUp));
    const key = { env: 'prod "1"', serviceKey: 'a:b', workflowId: 'ü'.repeat(200) };
    expect(await producer(target).wake([{ key, eventIds: ['e1', 'e2'] }])).toBe('sent');
    await waitFor('the wake-up', async () => seen.length > 0);
    expect(seen).toEqual([{ key, eventIds: ['e1', 'e2'] }]);
  });

  test('makes one job of many wake-ups of one workflow', async () => {
    const target = freshTarget();
    const wakeUps = producer(target);
    await wakeUps.wake(Array.from({ length: 20 }, () => ({ key: keyNumber(1), eventIds: [] })));
    await wakeUps.wake([{ key: keyNumber(1), eventIds: [] }]);
    expect(await wakeUps.counts()).toMatchObject({ waiting: 1, active: 0 });
  });

  test('loses no wake-up: 6,000 over 50 workflows while they are worked on', async () => {
    const target = freshTarget();
    // What stands for the work list: a wake-up follows each write, a drain takes all there is.
    const pending = new Map<string, number>();
    let drained = 0;
    consumer(
      target,
      async ({ key }) => {
        const taken = pending.get(key.workflowId) ?? 0;
        await new Promise((resolve) => setImmediate(resolve));
        pending.set(key.workflowId, pending.get(key.workflowId)! - taken);
        drained += taken;
      },
      20,
    );
    const wakeUps = producer(target);
    for (let sent = 0; sent < 6_000; sent += 30) {
      const batch = Array.from({ length: 30 }, (_, index) => keyNumber((sent + index * 7) % 50));
      for (const { workflowId } of batch) pending.set(workflowId, (pending.get(workflowId) ?? 0) + 1);
      expect(await wakeUps.wake(batch.map((key) => ({ key, eventIds: [] })))).toBe('sent');
    }
    await waitFor('all events to be drained', async () => drained === 6_000, 20_000);
  });

  test('works again on a wake-up that came while its workflow was being worked on', async () => {
    const target = freshTarget();
    const starts: (() => void)[] = [];
    consumer(target, () => new Promise((resolve) => starts.push(resolve)));
    const wakeUps = producer(target);
    await wakeUps.wake([{ key: keyNumber(1), eventIds: [] }]);
    await waitFor('the first to begin', async () => starts.length === 1);
    await wakeUps.wake([{ key: keyNumber(1), eventIds: [] }]);
    starts[0]!();
    await waitFor('the second to begin', async () => starts.length === 2);
    starts[1]!();
  });

  test('tries a failed wake-up again', async () => {
    const target = freshTarget();
    let calls = 0;
    consumer(target, async () => {
      calls += 1;
      if (calls === 1) throw new Error('the database is away');
    });
    await producer(target).wake([{ key: keyNumber(1), eventIds: [] }]);
    await waitFor('the second try', async () => calls === 2);
  });

  test('a forgotten wake-up makes room for a new one', async () => {
    const target = freshTarget();
    const wakeUps = producer(target);
    await wakeUps.wake([{ key: keyNumber(1), eventIds: [] }]);
    expect(await wakeUps.forget(keyNumber(1))).toBe('sent');
    await wakeUps.wake([{ key: keyNumber(1), eventIds: [] }]);
    expect(await wakeUps.counts()).toMatchObject({ waiting: 2 });
  });

  test('what one consumer leaves, the next one takes', async () => {
    const target = freshTarget();
    const wakeUps = producer(target);
    let finish: () => void = () => {};
    const first = consumer(target, () => new Promise((resolve) => (finish = resolve)), 1);
    await wakeUps.wake([1, 2, 3].map((number) => ({ key: keyNumber(number), eventIds: [] })));
    await waitFor('one to be active', async () => (await wakeUps.counts())?.active === 1);
    const closing = first.close();
    finish();
    await closing;
    const seen = new Set<string>();
    consumer(target, async ({ key }) => void seen.add(key.workflowId));
    await waitFor('the rest', async () => seen.size === 2);
  });
});
