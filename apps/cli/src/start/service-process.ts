import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeFlags } from '@wm/runtime';
import { PlainError } from '../plain-error.ts';
import type { ChildOutput } from './child-output.ts';
import type { Launch, RunningProcess } from './kept-alive.ts';
import { programOf, type App } from './programs.ts';

export interface ServiceOptions {
  app: App;
  env: NodeJS.ProcessEnv;
  output: ChildOutput;
  /** An argument that tells our processes from others in a process list; the services ignore it. */
  marker: string;
}

/** A service that does not come up within this time is ended and counted as failed. */
const READY_WITHIN_MS = 60_000;
/** Services stop by themselves within 10 s; then they are killed. */
const STOP_WITHIN_MS = 12_000;

/**
 * How to start one service as a process of its own. It is ready when it sends {type: 'ready', url}.
 *
 * It leads a process group of its own, so that a Ctrl-C at the terminal reaches only the supervisor, which ends the
 * services in order. When the supervisor dies the IPC channel closes, and the service stops by itself.
 *
 * The launch rejects with a PlainError holding what the service wrote on stderr where it ends before it is ready.
 */
export function serviceLaunch(options: ServiceOptions): Launch {
  return async (signal) => {
    signal.throwIfAborted();
    const child = fork(programOf(options.app), [options.marker], {
      execArgv: [...process.execArgv, ...nodeFlags(options.app)],
      detached: true,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    options.output.follow(child);
    const exited = howItEnds(child);
    const stop = () => stopChild(child, exited);
    const onAbort = () => void stop();
    signal.addEventListener('abort', onAbort);
    try {
      const url = await readiness(child, exited, options.output);
      return { pid: pidOf(child), url, exited, stop };
    } catch (error) {
      await stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new PlainError('The process could not be started: the system refused a new one.');
  return child.pid;
}

async function howItEnds(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (error) {
    return String(error);
  }
}

/** Resolves to the address of the service once it is ready. @throws PlainError where it ends or stays silent instead */
async function readiness(child: ChildProcess, exited: Promise<string>, output: ChildOutput): Promise<string | null> {
  const outcome = await Promise.race([
    readyMessage(child),
    exited.then((how) => ({ how })),
    delay(READY_WITHIN_MS, null, { ref: false }),
  ]);
  if (outcome === null) {
    throw new PlainError(`${output.name} was not ready within ${READY_WITHIN_MS / 1_000} s. Its log: ${output.file}`);
  }
  if ('url' in outcome) return outcome.url;
  await output.ended();
  throw new PlainError(
    output.lastError() ?? `${output.name} ended with ${outcome.how} before it was ready. Its log: ${output.file}`,
  );
}

function readyMessage(child: ChildProcess): Promise<{ url: string | null }> {
  return new Promise((resolve) => {
    child.on('message', (message: unknown) => {
      const { type, url } = message as { type?: unknown; url?: unknown };
      if (type === 'ready') resolve({ url: typeof url === 'string' ? url : null });
    });
  });
}

async function stopChild(child: ChildProcess, exited: RunningProcess['exited']): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}
