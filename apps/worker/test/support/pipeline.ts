/** The real services for end-to-end tests: ingest in this process, workers as processes of their own. */
import { startIngest } from '@wm/ingest';
import { createRegistry } from '@wm/runtime';
import { silentLogger, startServiceProcess, waitFor } from '@wm/testkit';
import type { ServiceProcess } from '@wm/testkit';
import type { Sql } from '@wm/store';

export interface Target {
  databaseUrl: string;
  /** null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
}

export interface Ingest {
  /** Posts one request. @throws where the answer is not 202 */
  post(events: readonly object[]): Promise<Accepted>;
  stop(): Promise<void>;
}

export interface Accepted {
  accepted: number;
  duplicates: number;
  quarantined: { index: number; reason: string }[];
}

export async function openIngest(target: Target): Promise<Ingest> {
  const service = await startIngest({
    ...target,
    host: '127.0.0.1',
    port: 0,
    auth: 'off',
    logger: silentLogger(),
    registry: createRegistry('ingest'),
  });
  return { stop: () => service.stop(), post: (events) => postTo(service.url, events) };
}

async function postTo(url: string, events: readonly object[]): Promise<Accepted> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  const answer = await response.text();
  if (response.status !== 202) throw new Error(`ingest answered ${response.status}: ${answer}`);
  return JSON.parse(answer) as Accepted;
}

export type WorkerProcess = ServiceProcess;

/** Starts a worker as a process of its own, from its source; resolves when it says that it is ready. */
export function forkWorker(target: Target): Promise<WorkerProcess> {
  return startServiceProcess('worker', environmentOf(target));
}

export interface IngestProcess extends Pick<Ingest, 'post'>, Pick<WorkerProcess, 'pid' | 'kill'> {}

/** The same of an ingest service. */
export async function forkIngest(target: Target): Promise<IngestProcess> {
  const service = await startServiceProcess('ingest', environmentOf(target));
  return { pid: service.pid, kill: () => service.kill(), post: (events) => postTo(service.url, events) };
}

function environmentOf({ databaseUrl, redisUrl }: Target): Record<string, string> {
  return { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '' };
}

/** Waits until every event that was taken in is folded. */
export async function drained(sql: Sql, timeoutMs = 30_000): Promise<void> {
  await waitFor(
    'the work list to be empty',
    async () => {
      const [row] = await sql<{ left: number }[]>`SELECT count(*) AS left FROM pending_events`;
      return row?.left === 0;
    },
    timeoutMs,
  );
}
