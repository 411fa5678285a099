import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { nodeFlags } from '@wm/runtime';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface ServiceProcess {
  /** Where it listens. */
  url: string;
  pid: number;
  /** SIGKILL, as when the machine takes it; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to its exit code: 0 when it ended in order. */
  stop(): Promise<number | null>;
  /** What it has written so far. */
  output(): string;
  /** The signal or exit code that it ended with; null while it runs. */
  ending(): string | null;
}

export interface ServiceProcessOptions {
  /** A process group of its own, which Ctrl-C at the terminal does not reach. */
  detached?: boolean;
  /** The program that `npm run build` made, in place of the source. */
  built?: boolean;
  /** SIGKILL follows when it has not stopped by then, milliseconds; never where absent. */
  stopsWithinMs?: number;
}

/**
 * Starts a service from its source as a process of its own, on a free port of loopback and without keys unless `env` says
 * otherwise, with nothing of this process's environment. Resolves when it is ready.
 *
 * @throws with what it wrote, where it ends instead
 */
export async function startServiceProcess(
  app: 'api' | 'ingest' | 'worker',
  env: Readonly<Record<string, string>>,
  { detached = false, built = false, stopsWithinMs }: ServiceProcessOptions = {},
): Promise<ServiceProcess> {
  const ports = { INGEST_PORT: '0', WORKER_PORT: '0', API_PORT: '0' };
  const flags = built ? [] : ['--conditions=source', '--import', 'tsx'];
  const child = fork(path.join(ROOT, 'apps', app, built ? 'dist/main.js' : 'src/main.ts'), [], {
    cwd: ROOT,
    execArgv: [...flags, ...nodeFlags(app)],
    detached,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', ...ports, AUTH: 'off', LOG_LEVEL: 'error', ...env },
  });
  let written = '';
  const note = (chunk: Buffer): void => void (written += chunk.toString());
  child.stdout!.on('data', note);
  child.stderr!.on('data', note);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`${app} ended with code ${code} before it was ready: ${written}`)));
  });
  return {
    url,
    pid: child.pid!,
    async kill() {
      await end(child, 'SIGKILL');
    },
    async stop() {
      const late = stopsWithinMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), stopsWithinMs);
      await end(child, 'SIGTERM');
      clearTimeout(late);
      return child.exitCode;
    },
    output: () => written,
    ending: () => child.signalCode ?? (child.exitCode === null ? null : `exit code ${child.exitCode}`),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
