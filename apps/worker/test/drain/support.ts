/** A worker's surroundings for tests: a database of its own, events to put into it, workers on it. */
import { createHash } from 'node:crypto';
import type { StorableEvent } from '@wm/events';
import { createWakeUps, queueTarget } from '@wm/queue';
import { createRegistry } from '@wm/runtime';
import { createSql, insertEvents, verifyWorkflows } from '@wm/store';
import type { Difference, Sql } from '@wm/store';
import { createTestDatabase, silentLogger, waitFor } from '@wm/testkit';
import { startWorker } from '../../src/index.ts';
import type { RunningWorker, WorkerOptions } from '../../src/index.ts';

export const START = Date.UTC(2026, 8, 1, 12);

/** A UUID that sorts by `at` and then by `sequence`, like the tracker's own. */
function eventId(at: number, sequence: number, seed = ''): string {
  const time = at.toString(16).padStart(12, '0');
  const tail = createHash('sha256').update(seed).digest('hex').slice(0, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-8000-${tail}`;
}

export interface EventOptions {
  workflowId?: string;
  env?: string;
  serviceKey?: string;
  workflowName?: string;
  source?: 'workflow' | 'job';
}

/** Makes events of one workflow; each a second after the last unless it says when. */
export function eventsOf(options: EventOptions = {}) {
  const { workflowId = 'w1', env = 'test', serviceKey = 'shop', workflowName = 'order', source = 'workflow' } = options;
  let sequence = 0;
  return (type: string, body: Record<string, unknown> = {}, seconds = sequence): StorableEvent => {
    const at = START + Math.round(seconds * 1_000);
    sequence += 1;
    const id = eventId(at, sequence, `${env}/${serviceKey}/${workflowId}`);
    const payload = JSON.stringify({
      ...body,
      eventId: id,
      timestamp: new Date(at).toISOString(),
      type,
      workflowId,
      env,
      serviceKey,
    });
    return { id, type, source, workflowId, workflowName, executionId: null, env, serviceKey, at, flags: [], payload };
  };
}

/** A workflow of `steps` steps from start to end. */
export function completeWorkflow(workflowId: string, steps = 3, options: EventOptions = {}): StorableEvent[] {
  const event = eventsOf({ ...options, workflowId });
  const names = Array.from({ length: steps }, (_, index) => `step-${index + 1}`);
  return [
    event('workflow.started', { input: { order: workflowId } }),
    ...names.flatMap((stepName) => [
      event('step.started', { stepName, attempt: 1 }),
      event('step.completed', { stepName, attempt: 1, durationMs: 1_000, cached: false, result: { done: stepName } }),
    ]),
    event('workflow.completed', { completedSteps: names, durationMs: 1_000 }),
  ];
}

export interface Surroundings {
  sql: Sql;
  databaseUrl: string;
  /** Stores events; with `wake` it also sends the wake-ups, as ingest does. */
  put(events: readonly StorableEvent[], wake?: boolean): Promise<void>;
  worker(options?: Partial<WorkerOptions>): Promise<RunningWorker>;
  /** Resolves when nothing is pending. */
  settled(timeoutMs?: number): Promise<void>;
  /** What verify finds wrong. */
  differences(): Promise<Difference[]>;
  close(): Promise<void>;
}

export async function surroundings(redisUrl: string | null): Promise<Surroundings> {
  const database = await createTestDatabase();
  const sql = createSql(database.url, { applicationName: 'worker-test', max: 6 });
  const wakeUps = createWakeUps(queueTarget({ databaseUrl: database.url, redisUrl }), {
    timeoutMs: 5_000,
    onError: () => {},
  });
  const workers: RunningWorker[] = [];
  return {
    sql,
    databaseUrl: database.url,
    async put(events, wake = true) {
      await insertEvents(sql, events);
      const byWorkflow = new Map(
        events.map((event) => [`${event.env}/${event.serviceKey}/${event.workflowId}`, event]),
      );
      if (!wake) return;
      const keys = [...byWorkflow.values()].map((event) => ({ key: event }));
      // Bounded in time: on a busy machine one may not get through at once. Ingest leaves that to the sweeper.
      await waitFor('the wake-up to be sent', async () => (await wakeUps.wake(keys)) === 'sent');
    },
    async worker(options = {}) {
      const running = await startWorker({
        databaseUrl: database.url,
        redisUrl,
        host: '127.0.0.1',
        port: 0,
        logger: silentLogger(),
        registry: createRegistry('worker'),
        ...options,
      });
      workers.push(running);
      return running;
    },
    async settled(timeoutMs) {
      const isEmpty = async (): Promise<boolean> => (await sql`SELECT FROM pending_events LIMIT 1`).length === 0;
      await waitFor('nothing to be pending', isEmpty, timeoutMs);
    },
    async differences() {
      const found: Difference[] = [];
      await verifyWorkflows(sql, { onDifference: (difference) => found.push(difference) });
      return found;
    },
    async close() {
      await Promise.all(workers.map((one) => one.stop()));
      await wakeUps.close();
      await sql.end({ timeout: 1 });
      await database.drop();
    },
  };
}
