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

  test('hands a wake-up over with its workflows and the requests behind it', async () => {
    const target = freshTarget();
    const seen: WakeUp[] = [];
    consumer(target, async (wakeUp) => void seen.push(wakeUp));
    const key = { env: 'prod "1"', serviceKey: 'a:b', workflowId: 'ü'.repeat(200) };
    const origin = { requestId: 'r1', traceparent: 't1' };
    expect(await producer(target).wake([{ key, origin }, { key: keyNumber(2), origin }, { key: keyNumber(3) }])).toBe(
      'sent',
    );
    await waitFor('the wake-up', async () => seen.length > 0);
    expect(seen).toEqual([{ workflows: [key, keyNumber(2), keyNumber(3)], origins: [origin] }]);
  });

  test('makes one job of what is told together, and of a hundred workflows at most', async () => {
    const target = freshTarget();
    const wakeUps = producer(target);
    await wakeUps.wake(Array.from({ length: 20 }, () => ({ key: keyNumber(1) })));
    expect(await wakeUps.counts()).toMatchObject({ waiting: 1, active: 0 });
    await wakeUps.wake(Array.from({ length: 250 }, (_, index) => ({ key: keyNumber(index) })));
    expect(await wakeUps.counts()).toMatchObject({ waiting: 4, active: 0 });
    const seen: string[][] = [];
    consumer(target, async ({ workflows }) => void seen.push(workflows.map(({ workflowId }) => workflowId)));
    await waitFor('all of them', async () => seen.length === 4);
    expect(seen.map((some) => some.length).toSorted((a, b) => a - b)).toEqual([1, 50, 100, 100]);
    expect(new Set(seen.flat()).size).toBe(250);
  });

  test('without workers it does not grow beyond its bound, and takes wake-ups again when there is room', async () => {
    const target = freshTarget();
    const wakeUps = createWakeUps(target, { timeoutMs: 5_000, maxWaiting: 3, onError: () => {} });
    open.push(wakeUps);
    const waiting = async () => {
      expect(await wakeUps.wake([{ key: keyNumber(1) }])).toBe('sent');
      return (await wakeUps.counts())!.waiting;
    };
    // It looks at the queue once a second: what comes in between may go beyond the bound.
    await waitFor('the queue to be full', async () => (await waiting()) === (await waiting()), 20_000);
    expect(await waiting()).toBeGreaterThanOrEqual(3);
    let taken = 0;
    consumer(target, async () => void (taken += 1));
    await waitFor('the queue to be empty', async () => (await wakeUps.counts())!.waiting === 0);
    const before = taken;
    await waitFor('a new wake-up', async () => (await waiting()) >= 0 && taken > before, 20_000);
  });

  test('loses no wake-up: 6,000 over 50 workflows while they are worked on', async () => {
    const target = freshTarget();
    // What stands for the work list: a wake-up follows each write, a drain takes all there is.
    const pending = new Map<string, number>();
    let drained = 0;
    consumer(
      target,
      async ({ workflows }) => {
        for (const { workflowId } of workflows) {
          const taken = pending.get(workflowId) ?? 0;
          pending.set(workflowId, 0);
          await new Promise((resolve) => setImmediate(resolve));
          drained += taken;
        }
      },
      20,
    );
    const wakeUps = producer(target);
    for (let sent = 0; sent < 6_000; sent += 30) {
      const batch = Array.from({ length: 30 }, (_, index) => keyNumber((sent + index * 7) % 50));
      for (const { workflowId } of batch) pending.set(workflowId, (pending.get(workflowId) ?? 0) + 1);
      expect(await wakeUps.wake(batch.map((key) => ({ key })))).toBe('sent');
    }
    await waitFor('all events to be drained', async () => drained === 6_000, 20_000);
  });

  test('works on a wake-up that comes while another of its workflow is being worked on', async () => {
    const target = freshTarget();
    const starts: (() => void)[] = [];
    consumer(target, () => new Promise((resolve) => starts.push(resolve)));
    const wakeUps = producer(target);
    await wakeUps.wake([{ key: keyNumber(1) }]);
    await waitFor('the first to begin', async () => starts.length === 1);
    await wakeUps.wake([{ key: keyNumber(1) }]);
    await waitFor('the second to begin', async () => starts.length === 2);
    for (const finish of starts) finish();
  });

  test('tries a failed wake-up again', async () => {
    const target = freshTarget();
    let calls = 0;
    consumer(target, async () => {
      calls += 1;
      if (calls === 1) throw new Error('the database is away');
    });
    await producer(target).wake([{ key: keyNumber(1) }]);
    await waitFor('the second try', async () => calls === 2);
  });

  test('what one consumer leaves, the next one takes', async () => {
    const target = freshTarget();
    const wakeUps = producer(target);
    let finish: () => void = () => {};
    const first = consumer(target, () => new Promise((resolve) => (finish = resolve)), 1);
    for (const number of [1, 2, 3]) await wakeUps.wake([{ key: keyNumber(number) }]);
    await waitFor('one to be active', async () => (await wakeUps.counts())?.active === 1);
    const closing = first.close();
    finish();
    await closing;
    const seen = new Set<string>();
    consumer(target, async ({ workflows }) => void seen.add(workflows[0]!.workflowId));
    await waitFor('the rest', async () => seen.size === 2);
  });
});
