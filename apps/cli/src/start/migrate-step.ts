import { fork } from 'node:child_process';
import { once } from 'node:events';
import { PlainError } from '../plain-error.ts';
import type { ChildOutput } from './child-output.ts';
import { programOf } from './programs.ts';

/**
 * Runs `wm migrate` as a process of its own, the same step that production runs before its services.
 *
 * @throws PlainError with the line that it ended with, where it fails
 */
export async function runMigrateStep(env: NodeJS.ProcessEnv, output: ChildOutput, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = fork(programOf('cli'), ['migrate'], { detached: true, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  output.follow(child);
  const onAbort = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', onAbort);
  const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
  if (code === 0) return;
  await output.ended();
  const how = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
  throw new PlainError(output.lastError() ?? `The migrate step ended with ${how}. Its log: ${output.file}`);
}
