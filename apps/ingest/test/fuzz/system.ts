/** What is attacked: the real ingest service and a real worker, each a process of its own, on a real database. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { INGEST_NODE_FLAGS } from '@wm/runtime';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';

export interface FuzzSystem {
  sql: Sql;
  port: number;
  /** Why the services are not what they were at the start, or null: a process that died must not go unseen. */
  problem(): string | null;
  /** Resident memory of ingest, in bytes: now, and the most that it ever had. */
  memory(): Promise<{ now: number; peak: number }>;
  stop(): Promise<void>;
}

/** The services bound it to ten seconds themselves, unless something holds up their event loop. */
const STOPS_WITHIN_MS = 15_000;
const ROOT = path.resolve(import.meta.dirname, '../../../..');

/**
 * @param databaseUrl a migrated database of its own
 * @param redisUrl null: the queue lives in the database
 */
export async function startSystem(databaseUrl: string, redisUrl: string | null): Promise<FuzzSystem> {
  const services: Service[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.stop()));
    await sql.end({ timeout: 1 });
  };
  const sql = createSql(databaseUrl, { applicationName: 'ingest-fuzz', max: 4 });
  try {
    for (const app of ['ingest', 'worker']) services.push(await startService(app, databaseUrl, redisUrl));
  } catch (error) {
    await stop();
    throw error;
  }
  const [ingest] = services as [Service];
  let peak = 0;
  return {
    sql,
    port: Number(new URL(ingest.url).port),
    problem: () =>
      services
        .map((service) => service.problem())
        .filter((problem) => problem !== null)
        .join(' ') || null,
    async memory() {
      const { now, most } =
        residentBytes(ingest.pid) ??
        (await residentByMetrics(ingest.url).catch(() => ({ now: 0, most: 0 }))); /* it has died */
      peak = Math.max(peak, most);
      return { now, peak };
    },
    stop,
  };
}

interface Service {
  url: string;
  pid: number;
  problem(): string | null;
  stop(): Promise<void>;
}

async function startService(app: string, databaseUrl: string, redisUrl: string | null): Promise<Service> {
  const child = fork(path.join(ROOT, `apps/${app}/src/main.ts`), [], {
    cwd: ROOT,
    execArgv: ['--conditions=source', '--import', 'tsx', ...(app === 'ingest' ? INGEST_NODE_FLAGS : [])],
    // A process group of its own: Ctrl-C ends the fuzzer, and the fuzzer ends this.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      INGEST_PORT: '0',
      WORKER_PORT: '0',
      AUTH: 'off',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl ?? '',
      // Whatever a service calls an error is a finding.
      LOG_LEVEL: 'error',
    },
  });
  let complaints = '';
  const listen = (chunk: Buffer): void => {
    complaints = (complaints + chunk.toString()).slice(-8_000);
  };
  child.stdout!.on('data', listen);
  child.stderr!.on('data', listen);
  const url = await readiness(child, app, () => complaints);
  return {
    url,
    pid: child.pid!,
    problem() {
      if (child.exitCode !== null || child.signalCode !== null) {
        return `The ${app} died (${child.signalCode ?? `exit code ${child.exitCode}`}). It last said: ${complaints}`;
      }
      return complaints === '' ? null : `The ${app} logged an error: ${complaints}`;
    },
    stop: () => end(child),
  };
}

function readiness(child: ChildProcess, app: string, complaints: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) =>
      reject(new Error(`The ${app} ended with code ${code} before it was ready: ${complaints()}`)),
    );
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  await exited;
  clearTimeout(patience);
}

/** Linux keeps the highest value itself, so that no peak slips between two looks. */
function residentBytes(pid: number): { now: number; most: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]);
    return { now: kilobytes('VmRSS') * 1024, most: kilobytes('VmHWM') * 1024 };
  } catch {
    return null;
  }
}

async function residentByMetrics(url: string): Promise<{ now: number; most: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const now = Number(/^process_resident_memory_bytes\S* (\S+)$/m.exec(text)?.[1] ?? 0);
  return { now, most: now };
}
