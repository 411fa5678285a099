import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { nodeFlags } from '@wm/runtime';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface ServiceProcess {
  /** Where it listens. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The program of a service as `npm run build` made it, for what is measured: source, compiled while it is loaded, is a tenth slower. */
export function builtProgram(app: 'api' | 'ingest' | 'worker'): string {
  return path.join(ROOT, 'apps', app, 'dist/main.js');
}

const FROM_SOURCE = ['--conditions=source', '--import', 'tsx'];
const READY_WITHIN_MS = 30_000;

/**
 * Starts a service as a process of its own, as in production, on a free port, and resolves when it is ready.
 *
 * @param entry its program; the source of this tree where absent
 */
export async function startServiceProcess(
  app: 'api' | 'ingest' | 'worker' | 'bare endpoint',
  env: Readonly<Record<string, string>>,
  entry: string = path.join(ROOT, 'apps', app, 'src/main.ts'),
): Promise<ServiceProcess> {
  const child = fork(entry, {
    cwd: ROOT,
    execArgv: [...(entry.endsWith('.ts') ? FROM_SOURCE : []), ...nodeFlags(app)],
    env: { ...process.env, INGEST_PORT: '0', WORKER_PORT: '0', API_PORT: '0', AUTH: 'off', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  try {
    return { url: await readyUrl(child, app), pid: child.pid!, stop };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function readyUrl(child: ChildProcess, app: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${app} was not ready in ${READY_WITHIN_MS} ms.`)), READY_WITHIN_MS);
    child.once('message', (message: { type?: string; url?: string | null }) => {
      clearTimeout(late);
      if (message.type === 'ready') resolve(message.url ?? '');
      else reject(new Error(`${app} said ${JSON.stringify(message)} where "ready" was expected.`));
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`${app} ended with code ${code} before it was ready.`));
    });
  });
}
