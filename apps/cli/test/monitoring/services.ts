/** The services as processes of their own, from source, as a supervisor would start them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { programOf, type App } from '../../src/start/programs.ts';

export interface Service {
  url: string;
  pid: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<unknown>;
  /** SIGTERM; resolves to its exit code: 0 when it ended in order. */
  stop(): Promise<number | null>;
  /** What it has written so far. */
  output(): string;
}

/** Starts a service on a free port and resolves when it is ready. @throws with what it wrote, where it ends instead */
export async function startService(app: App, env: Record<string, string>): Promise<Service> {
  const child = fork(programOf(app), [], {
    execArgv: ['--conditions=source', '--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      INGEST_PORT: '0',
      WORKER_PORT: '0',
      API_PORT: '0',
      AUTH: 'off',
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  let written = '';
  const note = (chunk: Buffer): void => void (written += chunk.toString());
  child.stdout?.on('data', note);
  child.stderr?.on('data', note);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url?: string }) => resolve(message.url ?? ''));
    child.once('exit', (code) => reject(new Error(`${app} ended with code ${code} before it was ready: ${written}`)));
  });
  return {
    url,
    pid: child.pid!,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
    output: () => written,
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}

export interface Posted {
  status: number;
  body: unknown;
  headers: Headers;
}

/** Posts events to an ingest service. */
export async function postEvents(
  url: string,
  events: readonly unknown[],
  headers: Record<string, string> = {},
): Promise<Posted> {
  const answer = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ events }),
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers };
}

/** A good event of an id of its own, and of a workflow of its own where none is named. */
export function anEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventId: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    type: 'workflow.started',
    source: 'workflow',
    workflowId: crypto.randomUUID(),
    workflowName: 'processOrder',
    env: 'production',
    serviceKey: 'orders',
    input: {},
    ...fields,
  };
}
