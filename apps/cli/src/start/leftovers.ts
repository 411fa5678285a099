import { setTimeout as delay } from 'node:timers/promises';
import { commandLine, isAlive } from '@wm/runtime';
import { readRuntimeFile, removeRuntimeFile } from '../runtime-file.ts';

/** Services notice the death of their supervisor by themselves and get this long to finish. */
const PATIENCE_MS = 10_000;

/** The argument that marks a process as one of this data folder's, for us and for people who look at a process list. */
export function markerOf(dataDir: string): string {
  return `--data-dir=${dataDir}`;
}

/**
 * Ends the services of an earlier start that was killed: those its runtime file names and whose command line shows that
 * the process id still belongs to them. PostgreSQL is not among them: its own start deals with a left-over server.
 */
export async function endLeftovers(dataDir: string, say: (line: string) => void): Promise<void> {
  const marker = markerOf(dataDir);
  const isOurs = (pid: number) => isAlive(pid) && commandLine(pid).endsWith(` ${marker}`);
  const left = (readRuntimeFile(dataDir)?.processes ?? []).filter(({ pid }) => isOurs(pid));
  if (left.length > 0) {
    say(
      `An earlier start was killed; ending what it left: ${left.map(({ name, pid }) => `${name} (process ${pid})`).join(', ')}`,
    );
    await Promise.all(left.map(({ pid }) => end(pid, () => isOurs(pid))));
  }
  removeRuntimeFile(dataDir);
}

async function end(pid: number, stillRuns: () => boolean): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const until = Date.now() + PATIENCE_MS;
    while (stillRuns() && Date.now() < until) await delay(20);
    if (!stillRuns()) return;
  }
}
