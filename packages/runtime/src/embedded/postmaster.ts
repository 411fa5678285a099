import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { commandLine, isAlive } from './process-identity.ts';

/**
 * Ends a PostgreSQL that an earlier start left behind on this cluster (killed with -9, say): two servers on one folder
 * would destroy it. Its data is safe, it is stopped as in any shutdown. A stale postmaster.pid whose number now belongs
 * to somebody else is removed.
 */
export async function stopLeftOver(folder: string, onLine: (line: string) => void): Promise<void> {
  const file = path.join(folder, 'postmaster.pid');
  const pid = readPid(file);
  if (pid === null || !isAlive(pid)) return;
  if (!isPostmasterOf(pid, folder)) {
    rmSync(file, { force: true });
    return;
  }
  onLine(`A PostgreSQL of an earlier start still runs on this data (process ${pid}); stopping it.`);
  await shutDown(pid, () => isPostmasterOf(pid, folder));
}

/**
 * Fast shutdown: open transactions are rolled back, the rest is written. Where that takes over ten seconds, at once
 * (the next start recovers from the log), at last by force.
 */
export async function shutDown(pid: number, stillRuns: () => boolean): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 3_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // it has gone
    }
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      if (!stillRuns()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(
    `PostgreSQL (process ${pid}) does not end, not even by SIGKILL. End it by hand before the next start.`,
  );
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** We start every server with `-D <folder>`. */
function isPostmasterOf(pid: number, folder: string): boolean {
  return isAlive(pid) && commandLine(pid).includes(`postgres -D ${folder} `);
}
