/** Groups, and what happens to them when something in them, or PostgreSQL itself, fails. */
import { createConsumer, createWakeUps, queueTarget } from '@wm/queue';
import { queueBackends, waitFor } from '@wm/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metric, postTo, startHarness, workflowEvent } from './harness.ts';
import type { Harness, Receipt } from './harness.ts';

let ingest: Harness;
beforeAll(async () => {
  ingest = await startHarness();
  // Something that passes every check of ours and that PostgreSQL still refuses; and a failure that is nobody's fault.
  await ingest.sql.unsafe(`
    ALTER TABLE workflow_events ADD CONSTRAINT no_poison CHECK (workflow_name <> 'poison');
    CREATE FUNCTION busy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '55P03'; END $$;
    CREATE TRIGGER busy BEFORE INSERT ON workflow_events FOR EACH ROW WHEN (NEW.workflow_name = 'busy') EXECUTE FUNCTION busy();`);
});
afterAll(() => ingest?.close());

async function stored(id: unknown): Promise<boolean> {
  return (await ingest.sql`SELECT 1 FROM workflow_events WHERE id = ${id as string}`).length === 1;
}

it('writes requests that come together in fewer transactions, each answered when its rows are in', async () => {
  const { url, registry, stop } = await ingest.start();
  const requests = Array.from({ length: 60 }, (_, index) => [
    workflowEvent({ workflowId: `w${index}` }),
    workflowEvent({ workflowId: `w${index}` }),
  ]);
  await Promise.all(
    requests.map(async (events) => {
      const response = await postTo(url, { events });
      expect(await response.json()).toEqual({ accepted: 2, duplicates: 0, quarantined: [] });
      for (const event of events) expect(await stored(event['eventId'])).toBe(true);
    }),
  );
  const groups = (await registry.getSingleMetric('wm_ingest_group_requests')!.get()).values;
  const total = (suffix: string): number =>
    (groups as { metricName?: string; value: number }[]).find((value) => value.metricName?.endsWith(suffix))!.value;
  expect(total('_sum')).toBe(60);
  expect(total('_count')).toBeLessThan(60);
  await stop();
});

it('writes a request that is larger than a group in pieces, and others in between', async () => {
  const { url, registry, stop } = await ingest.start({ limits: { groupEvents: 10, groupBytes: 20_000 } });
  const events = Array.from({ length: 34 }, (_, index) =>
    workflowEvent({ workflowName: index === 12 ? 'poison' : 'fine', input: index === 20 ? 'x'.repeat(30_000) : 0 }),
  );
  events.push(events[3]!, { ...events[4]!, workflowId: 'another' });
  const [large, small] = await Promise.all([postTo(url, { events }), postTo(url, { events: [workflowEvent()] })]);
  expect(await small.json()).toMatchObject({ accepted: 1 });
  expect(await large.json()).toMatchObject({
    accepted: 33,
    duplicates: 1,
    quarantined: [
      { index: 12, reason: 'refused_by_database' },
      { index: 35, reason: 'id_reused' },
    ],
  });
  for (const [index, event] of events.entries()) expect(await stored(event['eventId'])).toBe(index !== 12);
  expect(await metric(registry, 'wm_ingest_events_accepted_total')).toBe(34);
  await stop();
});

it('gives the same events in many requests at once one winner each', async () => {
  const { url, stop } = await ingest.start();
  const events = Array.from({ length: 30 }, () => workflowEvent());
  const answers = await Promise.all(
    Array.from({ length: 24 }, async (_, nth) => {
      const response = await postTo(nth % 2 ? url : ingest.url, { events: nth % 3 ? events : events.toReversed() });
      return (await response.json()) as Receipt;
    }),
  );
  expect(answers.reduce((sum, answer) => sum + answer.accepted, 0)).toBe(30);
  expect(answers.reduce((sum, answer) => sum + answer.duplicates, 0)).toBe(23 * 30);
  await stop();
});

it('puts what PostgreSQL refuses aside by itself, whoever it was written with', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, nth) => {
      const events = Array.from({ length: 9 }, (_, index) =>
        workflowEvent({ workflowName: nth % 4 === 0 && index % 4 === 2 ? 'poison' : 'fine' }),
      );
      const response = await ingest.post({ events });
      return { nth, events, receipt: (await response.json()) as Receipt };
    }),
  );
  for (const { nth, events, receipt } of answers) {
    const bad = nth % 4 === 0 ? [2, 6] : [];
    expect(receipt).toEqual({
      accepted: 9 - bad.length,
      duplicates: 0,
      quarantined: bad.map((index) => ({ index, eventId: events[index]!['eventId'], reason: 'refused_by_database' })),
    });
    for (const [index, event] of events.entries()) expect(await stored(event['eventId'])).toBe(!bad.includes(index));
  }
  const [row] = await ingest.sql`SELECT detail FROM quarantined_events WHERE reason = 'refused_by_database' LIMIT 1`;
  expect(row!['detail']).toMatch(/no_poison.*SQLSTATE 23514/);
});

it('answers 503 to the one request that cannot be written now, and to no other', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, nth) =>
      ingest.post({ events: [workflowEvent({ workflowName: nth === 7 ? 'busy' : 'fine' })] }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(
    Array.from({ length: 20 }, (_, nth) => (nth === 7 ? 503 : 202)),
  );
  expect(await answers[7]!.json()).toMatchObject({
    detail: expect.stringContaining('Send the same batch again') as string,
  });
});

it.each(queueBackends())(
  'wakes the workers for new events and for duplicates, once per workflow ($name)',
  async ({ redisUrl }) => {
    const woken: string[] = [];
    const consumer = createConsumer(queueTarget({ databaseUrl: ingest.databaseUrl, redisUrl }), {
      concurrency: 1,
      onError: () => {},
      process: async ({ workflows }) => {
        for (const { workflowId, ...place } of workflows) {
          expect(place).toEqual({ env: 'production', serviceKey: 'orders' });
          // Wake-ups of the tests before may still be there.
          if (workflowId.startsWith('woken-')) woken.push(workflowId);
        }
      },
    });
    const { url, registry, stop } = await ingest.start({ redisUrl });
    const events = [
      workflowEvent({ workflowId: 'woken-a' }),
      workflowEvent({ workflowId: 'woken-b' }),
      workflowEvent({ workflowId: 'woken-a' }),
    ];
    for (const accepted of [3, 0]) {
      woken.length = 0;
      // What is put aside wakes nobody.
      const answer = await postTo(url, {
        events: [...events, workflowEvent({ workflowId: 'woken-c', timestamp: 'now' })],
      });
      expect(await answer.json()).toMatchObject({ accepted, duplicates: 3 - accepted });
      await waitFor('both workflows to be woken', async () => woken.length === 2);
      expect(woken.toSorted()).toEqual(['woken-a', 'woken-b']);
    }
    expect(await metric(registry, 'wm_ingest_wake_up_failures_total')).toBe(0);
    await consumer.close();
    await stop();
  },
);

it('tells the queue about all workflows, a hundred in a job', async () => {
  const { url, stop } = await ingest.start({ limits: { wakeUpMs: 10_000 } });
  const wakeUps = createWakeUps(queueTarget({ databaseUrl: ingest.databaseUrl, redisUrl: null }), {
    timeoutMs: 10_000,
    onError: () => {},
  });
  const before = (await wakeUps.counts())!.waiting;
  const events = Array.from({ length: 1_100 }, (_, index) => workflowEvent({ workflowId: `many-${index}` }));
  expect((await postTo(url, { events })).status).toBe(202);
  await waitFor('all of them to be told', async () => (await wakeUps.counts())!.waiting === before + 11);
  await wakeUps.close();
  await stop();
});
