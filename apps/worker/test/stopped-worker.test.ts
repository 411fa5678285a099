/**
 * A process that was stopped (SIGSTOP) holds its connections and says nothing. What it held must come free by itself,
 * within ten seconds, while it is still stopped.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createSql, inTransaction } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, queueBackends, waitFor } from '@wm/testkit';
import { describe, expect, test, vi } from 'vitest';
import type { TestContext } from 'vitest';
import { drained, forkIngest, forkWorker, openIngest } from './support/pipeline.ts';
import { smallWorkflow } from './support/small-workflow.ts';
import { storedRuns } from './support/stored-runs.ts';

// What is waited for takes up to ten seconds of the server's own clock, however fast the machine is. The tests wait together.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000, maxConcurrency: 8 });

const BOUND_MS = 10_000;
const WAIT_MS = 60_000;
/** Nothing is heard of a queue at this address: only the sweeper leads to the events. */
const NO_QUEUE = 'redis://127.0.0.1:1';
const KEY = { env: 'test', serviceKey: 'stopped', workflowId: 'one' };

const { event, begun, ended } = smallWorkflow(KEY);

/** A database of its own for a test, and services on it; all end with the test. */
async function surroundings({ onTestFinished }: Pick<TestContext, 'onTestFinished'>, redisUrl: string | null) {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const sql = createSql(database.url, { applicationName: 'test', max: 4 });
  onTestFinished(() => sql.end());
  const target = { databaseUrl: database.url, redisUrl };
  return {
    sql,
    databaseUrl: database.url,
    async worker() {
      const worker = await forkWorker(target);
      onTestFinished(() => worker.kill());
      return worker;
    },
    async ingest() {
      const ingest = await openIngest(target);
      onTestFinished(() => ingest.stop());
      return ingest;
    },
    async ingestProcess() {
      const ingest = await forkIngest(target);
      onTestFinished(() => ingest.kill());
      return ingest;
    },
    async projected(status: string) {
      const isProjected = async (): Promise<boolean> => (await storedRuns(sql, KEY))[0]?.row.status === status;
      await waitFor(`the workflow to be ${status}`, isProjected, WAIT_MS);
    },
    /** Stops a process in the middle of a transaction: while it waits for a table that is held until it is stopped. */
    async stopMidway(table: string, pid: number, begin: () => Promise<unknown>) {
      const blocker = createSql(database.url, { applicationName: 'blocker', max: 1, idleInTransactionTimeoutMs: 0 });
      onTestFinished(() => blocker.end());
      await inTransaction(blocker, async (tx) => {
        await tx`LOCK TABLE ${tx(table)} IN SHARE MODE`;
        await begin();
        const isWaitedFor = async (): Promise<boolean> =>
          (await sql`SELECT FROM pg_locks WHERE relation = ${table}::regclass AND NOT granted`).length > 0;
        await waitFor(`somebody to wait for ${table}`, isWaitedFor, WAIT_MS);
        process.kill(pid, 'SIGSTOP');
      });
    },
  };
}

interface Session {
  pid: number;
  saidAt: string;
}

/** The sessions that match, as soon as there is one, with the time of their last word. */
function sessionsWhere(sql: Sql, what: string, condition: ReturnType<Sql>): Promise<Session[]> {
  return waitFor(what, async () => {
    const rows = await sql<Session[]>`
      SELECT pid, state_change::text AS "saidAt" FROM pg_stat_activity
      WHERE datname = current_database() AND ${condition}`;
    return rows.length > 0 && [...rows];
  });
}

/** Waits until the server has ended the sessions. By its clock they lived for no longer than the bound after their last word. */
async function expectEnded(sql: Sql, sessions: readonly Session[]): Promise<void> {
  const pids = sessions.map(({ pid }) => pid);
  const first = sessions.map(({ saidAt }) => saidAt).toSorted()[0]!;
  const livedMs = await waitFor('the server to end the sessions of the stopped process', async () => {
    const [row] = await sql<[{ left: number; ms: number }]>`
      SELECT (SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (${pids})) AS left,
             extract(epoch FROM clock_timestamp() - ${first}::text::timestamptz)::float8 * 1000 AS ms`;
    return row.left === 0 && row.ms;
  });
  expect(livedMs).toBeLessThan(BOUND_MS);
}

/** In the middle of a transaction: between two statements, or between two messages of one. */
function standingStill(sql: Sql): ReturnType<Sql> {
  return sql`
    application_name = 'wm-worker' AND xact_start IS NOT NULL AND wait_event = 'ClientRead'
    AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)`;
}

describe.each(queueBackends())('queue on $name', ({ redisUrl }) => {
  // A new worker asks the server about each statement first, and may be stopped between question and statement.
  // One test a server: those of a Redis share their queue.
  test.concurrent.for(redisUrl === null ? ['new', 'warm'] : ['warm'])(
    'a worker (%s) stopped in the middle of a drain: another does its work, and it goes on later',
    async (which, context) => {
      const here = await surroundings(context, redisUrl);
      const { sql } = here;
      const ingest = await here.ingest();
      const stopped = await here.worker();
      const before = which === 'warm' ? 20 : 0;
      for (let nth = 0; nth < before; nth += 1) {
        await ingest.post([event('workflow.started', 20 + nth, { workflowId: `warm-${nth}` })]);
        await drained(sql, WAIT_MS);
      }
      await here.stopMidway('workflows', stopped.pid, () => ingest.post(begun));
      const held = await sessionsWhere(sql, 'its transaction to stand still', standingStill(sql));
      const other = await here.worker();
      expect(await ingest.post(ended)).toMatchObject({ accepted: 2 });
      await expectEnded(sql, held);
      await here.projected('completed');
      await drained(sql, WAIT_MS);

      process.kill(stopped.pid, 'SIGCONT');
      await other.kill();
      await ingest.post([event('workflow.started', 10)]);
      const hasDrained = async (): Promise<boolean> => (await storedRuns(sql, KEY)).length === 2;
      await waitFor('the one that was stopped to drain again', hasDrained, WAIT_MS);
    },
  );
});

test.concurrent('a worker stopped while it sweeps: another worker sweeps', async (context) => {
  const here = await surroundings(context, NO_QUEUE);
  const { sql } = here;
  const ingest = await here.ingest();
  const stopped = await here.worker();
  await here.stopMidway('workflows', stopped.pid, () => ingest.post(begun));
  const sweeping = await sessionsWhere(
    sql,
    'the session of the sweeper',
    sql`application_name = 'wm-worker-sweeper' AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)`,
  );
  await here.worker();
  await expectEnded(sql, sweeping);
  expect(await ingest.post(ended)).toMatchObject({ accepted: 2 });
  await here.projected('completed');
  await drained(sql, WAIT_MS);
});

test.concurrent('a worker stopped before it has read a large answer: its transaction ends, although it does not idle', async (context) => {
  const here = await surroundings(context, NO_QUEUE);
  const { sql } = here;
  await here.worker();
  // Stands for the worker that is stopped, and for its side of the network.
  const wire = await wireTo(here.databaseUrl);
  const stopped = createSql(wire.url, { applicationName: 'wm-worker', max: 1 });
  const settled = inTransaction(stopped, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(1)`;
    wire.stopReading();
    await tx`SELECT repeat('x', 1000) FROM generate_series(1, 100000)`;
  }).then(
    () => 'committed',
    () => 'cut',
  );
  const held = await sessionsWhere(
    sql,
    'the answer to be stuck',
    sql`application_name = 'wm-worker' AND wait_event = 'ClientWrite'`,
  );
  await expectEnded(sql, held);
  expect(await sql`SELECT pg_try_advisory_lock(1) AS free`).toEqual([{ free: true }]);
  await wire.close();
  expect(await settled).toBe('cut');
  await stopped.end();
});

test.concurrent.for(['workflow_events', 'quarantined_events'])(
  'an ingest service stopped while it writes %s: another one takes the same events',
  async (table, context) => {
    const here = await surroundings(context, NO_QUEUE);
    const stopped = await here.ingestProcess();
    const other = await here.ingest();
    const events = [...begun, { ...begun[0], eventId: 'odd', timestamp: 'yesterday' }];
    await here.stopMidway(table, stopped.pid, async () => void stopped.post(events).catch(() => {}));
    const answer = await waitFor('the other one to answer', () => other.post(events), WAIT_MS);
    expect(answer.accepted + answer.duplicates).toBe(2);
    expect(answer.quarantined).toHaveLength(1);
    process.kill(stopped.pid, 'SIGCONT');
    const again = await waitFor('the one that was stopped to answer again', () => stopped.post(events), WAIT_MS);
    expect(again).toMatchObject({ accepted: 0, duplicates: 2 });
  },
);

/** A wire to PostgreSQL of which this end can stop reading, as a stopped process does. */
async function wireTo(target: string): Promise<{ url: string; stopReading(): void; close(): Promise<void> }> {
  const url = new URL(target);
  const to = { port: Number(url.port), host: url.hostname };
  const sockets = new Set<Socket>();
  let reading = true;
  const server = createServer((client) => {
    const upstream = connect(to);
    client.on('data', (chunk) => upstream.write(chunk)).on('close', () => upstream.destroy());
    upstream.on('data', (chunk) => {
      client.write(chunk);
      if (!reading) upstream.pause();
    });
    upstream.on('close', () => client.destroy());
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    stopReading: () => void (reading = false),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
