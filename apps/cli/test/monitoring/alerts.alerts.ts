/**
 * Every alert of docs/monitoring/alerts.yml, caused: a real Prometheus with these rules looks at real processes, which the
 * test gives trouble. One trouble after the other; what hurts more comes later. By command: `npm run test:alerts`.
 */
import { createWakeUps, queueTarget } from '@wm/queue';
import { createKey, createSql, QUARANTINE_BYTES, type Sql } from '@wm/store';
import { createTestDatabase, startRedisServer, waitFor, type TestRedis } from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readAlerts } from './documents.ts';
import { checkFiles, startPrometheus, type Prometheus } from './prometheus.ts';
import { anEvent, postEvents, startService, type Service } from './services.ts';

const FIRES_WITHIN_MS = 60_000;
/** Enough for what is repeated to be seen in every window of the rules, and little for the machine. */
const PAUSE_MS = 50;

let databaseUrl: string;
let sql: Sql;
let redis: TestRedis;
let prometheus: Prometheus;
let ingest: Service;
/** Asks for keys. */
let guarded: Service;
let api: Service;
let worker: Service;
const undo: (() => Promise<unknown>)[] = [];
const seen = new Set<string>();

beforeAll(async () => {
  const database = await createTestDatabase();
  undo.push(() => database.drop());
  databaseUrl = database.url;
  // The transactions of this test hold locks for as long as an alert takes.
  sql = createSql(databaseUrl, { applicationName: 'alerts-test', max: 6, idleInTransactionTimeoutMs: 0 });
  undo.push(() => sql.end({ timeout: 1 }));
  redis = await startRedisServer();
  undo.push(() => redis.stop());
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
  ingest = await startService('ingest', env);
  undo.push(() => ingest.kill());
  [guarded, worker, api] = await Promise.all([
    startService('ingest', { ...env, AUTH: 'on' }),
    startService('worker', env),
    startService('api', env),
  ]);
  undo.push(() => Promise.all([guarded.kill(), worker.kill(), api.kill()]));
  const hosts = (...services: Service[]): string[] => services.map(({ url }) => new URL(url).host);
  const targets = { 'wm-ingest': hosts(ingest, guarded), 'wm-worker': hosts(worker), 'wm-api': hosts(api) };
  const { token } = await createKey(sql, { name: 'prometheus', scope: 'metrics' });
  prometheus = await startPrometheus(targets, token);
  undo.push(() => prometheus.stop());
}, 120_000);

afterAll(async () => {
  for (const step of undo.reverse()) await step();
}, 60_000);

async function fires(alert: string): Promise<void> {
  await waitFor(`${alert} to fire`, async () => (await prometheus.firing()).includes(alert), FIRES_WITHIN_MS);
  seen.add(alert);
}

/** One test per alert of a trouble that lasts meanwhile. */
function alertsOf(trouble: string, alerts: readonly string[], cause: () => Promise<() => Promise<unknown>>): void {
  // oxlint-disable-next-line vitest/valid-title
  describe(trouble, () => {
    let end: (() => Promise<unknown>) | undefined;
    beforeAll(async () => {
      expect((await prometheus.firing()).filter((alert) => alerts.includes(alert))).toEqual([]);
      end = await cause();
    }, 60_000);
    afterAll(async () => {
      await end?.();
    });
    test.each(alerts)('%s', (alert) => fires(alert));
  });
}

/** Does something again and again. Returns what ends it. */
function repeat(action: () => Promise<unknown>): () => Promise<void> {
  const end = new AbortController();
  const loop = async (): Promise<void> => {
    while (!end.signal.aborted) {
      // A service that is away just now is what some of the troubles are about.
      await action().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const running = loop();
  return () => {
    end.abort();
    return running;
  };
}

/** Few workflows, so that the verifier soon comes to each. */
const ordinaryWork = (): (() => Promise<void>) => {
  let count = 0;
  return repeat(() => postEvents(ingest.url, [anEvent({ workflowId: `ordinary-${(count += 1) % 3}` })]));
};

/** Runs a statement in a transaction that stays open. Returns what rolls it back. */
async function hold(statement: string): Promise<() => Promise<unknown>> {
  const session = await sql.reserve();
  await session`BEGIN`;
  await session.unsafe(statement);
  return async () => {
    await session`ROLLBACK`;
    session.release();
  };
}

async function administer(statement: string): Promise<void> {
  const address = new URL(databaseUrl);
  const name = address.pathname.slice(1);
  address.pathname = '/postgres';
  const admin = createSql(address.href, { applicationName: 'alerts-test', max: 1 });
  await admin.unsafe(statement.replace('$name', name));
  await admin.end();
}

test('promtool finds no fault with the files', () => {
  const verdict = checkFiles();
  expect(verdict).toContain('is valid prometheus config file syntax');
  expect(verdict).toContain(`SUCCESS: ${readAlerts().length} rules found`);
});

test('a healthy system is quiet', async () => {
  onTestFinished(ordinaryWork());
  // As long as the longest that a rule waits for.
  await waitFor(
    'Prometheus to see all of it for some time',
    async () => {
      const scrapes = await prometheus.query('min(sum_over_time(up[10m]))');
      return scrapes !== null && scrapes >= 15 && (await prometheus.query('count(up)')) === 4;
    },
    FIRES_WITHIN_MS,
  );
  expect(await prometheus.firing()).toEqual([]);
});

alertsOf(
  'clients that send what they should not',
  ['WmQuarantineGrowing', 'WmQuarantineFull', 'WmEventPoisoned', 'WmAuthFailures'],
  async () => {
    await postEvents(
      ingest.url,
      Array.from({ length: 150 }, (_, n) => ({ n })),
    );
    await sql`INSERT INTO quarantine_room AS room (slot, bytes) VALUES (15, ${QUARANTINE_BYTES})
      ON CONFLICT (slot) DO UPDATE SET bytes = room.bytes + excluded.bytes`;
    await sql`ALTER TABLE workflow_steps ADD CONSTRAINT refused CHECK (step_name <> 'poison')`;
    const workflowId = 'sick';
    const at = (second: number) => ({ workflowId, timestamp: new Date(Date.now() - 9_000 + second * 1_000) });
    const step = { type: 'step.started', stepName: 'poison', attempt: 1 };
    await postEvents(ingest.url, [anEvent(at(0)), anEvent({ ...at(1), ...step })]);
    const wrongKey = { authorization: 'Bearer wm_wrong' };
    return repeat(() => postEvents(guarded.url, [anEvent()], wrongKey));
  },
);

alertsOf('rows that were changed by hand', ['WmVerifyDifferences'], async () => {
  await sql`UPDATE workflows SET workflow_name = 'damaged'`;
  return async () => {};
});

alertsOf('a lock that questions to the api wait for', ['WmPoolExhausted'], async () => {
  const release = await hold('LOCK TABLE quarantine_actions IN ACCESS EXCLUSIVE MODE');
  const [entry] = await sql<{ id: string }[]>`SELECT id FROM quarantined_events LIMIT 1`;
  const ask = (): Promise<Response> => fetch(`${api.url}/v1/quarantine/${entry!.id}`);
  const end = repeat(() => Promise.all(Array.from({ length: 30 }, ask)));
  return async () => {
    await release();
    await end();
  };
});

alertsOf('a Redis that is away', ['WmWakeUpsFailing', 'WmSweeperSaving'], async () => {
  const port = Number(new URL(redis.url).port);
  await redis.stop();
  const end = ordinaryWork();
  return async () => {
    redis = await startRedisServer(port);
    await end();
  };
});

alertsOf('a projection that cannot be written', ['WmDrainsFailing', 'WmQueueJobsFailing'], async () => {
  await sql.unsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused by the test'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON workflows EXECUTE FUNCTION refuse()`);
  const end = ordinaryWork();
  return async () => {
    await end();
    await sql`DROP TRIGGER refuse ON workflows`;
  };
});

alertsOf('a deploy that was not finished, and a slow database', ['WmVersionNotInForce', 'WmAckSlow'], async () => {
  await sql`UPDATE projection_target SET version = version + 1, changed_at = now()`;
  const slow = repeat(async () => {
    const release = await hold('LOCK TABLE pending_events IN SHARE ROW EXCLUSIVE MODE');
    await sql`SELECT pg_sleep(1.5)`;
    await release();
  });
  const end = ordinaryWork();
  return async () => {
    await Promise.all([slow(), end()]);
    await sql`UPDATE projection_target SET version = version - 1, changed_at = now()`;
  };
});

alertsOf(
  'no worker',
  ['WmWorkerDown', 'WmLagHigh', 'WmQueueBacklog', 'WmVerifierStandsStill', 'WmPartitionsMissing'],
  async () => {
    await worker.kill();
    await postEvents(ingest.url, [anEvent()]);
    await sql`UPDATE pending_events SET received_at = received_at - interval '1 hour'`;
    await fillQueue(1_100);
    const [month] = await sql<
      { name: string }[]
    >`SELECT to_char(now() AT TIME ZONE 'UTC', '"workflow_events_"YYYY_MM') AS name`;
    await sql`ALTER TABLE workflow_events DETACH PARTITION ${sql(month!.name)}`;
    return async () => {};
  },
);

async function fillQueue(jobs: number): Promise<void> {
  const queue = createWakeUps(queueTarget({ databaseUrl, redisUrl: redis.url }), {
    timeoutMs: 20_000,
    onError: () => {},
  });
  for (let job = 0; job < jobs; job += 1) {
    const key = { env: 'test', serviceKey: 'flood', workflowId: `w${job}` };
    expect(await queue.wake([{ key }])).toBe('sent');
  }
  await queue.close();
}

alertsOf('no database', ['WmDatabaseUnreadable', 'WmIngestRefusing'], async () => {
  await administer('ALTER DATABASE "$name" ALLOW_CONNECTIONS false');
  await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$name'`);
  return ordinaryWork();
});

alertsOf('no process', ['WmIngestDown', 'WmApiDown'], async () => {
  await Promise.all([ingest.kill(), api.kill()]);
  return async () => {};
});

test('every alert of the file fired', () => {
  expect([...seen].toSorted()).toEqual(
    readAlerts()
      .map(({ alert }) => alert)
      .toSorted(),
  );
});
