/** The real services for end-to-end tests: ingest in this process, workers as processes of their own. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startIngest } from '@wm/ingest';
import { createRegistry } from '@wm/runtime';
import { silentLogger, waitFor } from '@wm/testkit';
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

export interface WorkerProcess {
  pid: number;
  /** SIGKILL, as when the machine takes it. */
  kill(): Promise<void>;
  /** SIGTERM; it finishes what it is doing. */
  stop(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** Starts a worker as a process of its own, from its source; resolves when it says that it is ready. */
export async function forkWorker(target: Target): Promise<WorkerProcess> {
  const { child } = await forkService('worker', target);
  return {
    pid: child.pid!,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

export interface IngestProcess extends Pick<Ingest, 'post'>, Pick<WorkerProcess, 'pid' | 'kill'> {}

/** The same of an ingest service. */
export async function forkIngest(target: Target): Promise<IngestProcess> {
  const { child, url } = await forkService('ingest', target);
  return { pid: child.pid!, kill: () => end(child, 'SIGKILL'), post: (events) => postTo(url, events) };
}

async function forkService(app: 'ingest' | 'worker', target: Target): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(path.join(ROOT, 'apps', app, 'src/main.ts'), [], {
    cwd: ROOT,
    execArgv: ['--conditions=source', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      WORKER_PORT: '0',
      INGEST_PORT: '0',
      AUTH: 'off',
      DATABASE_URL: target.databaseUrl,
      REDIS_URL: target.redisUrl ?? '',
      LOG_LEVEL: 'error',
    },
  });
  return { child, url: await ready(child) };
}

/** Resolves to where it listens. */
async function ready(child: ChildProcess): Promise<string> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) =>
      reject(new Error(`the service ended with code ${code} before it was ready: ${complaint}`)),
    );
  });
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
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
