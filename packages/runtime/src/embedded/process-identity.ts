import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process with this id runs, whoever owns it. One that has ended and was not collected yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !(statFields(pid)?.[0] ?? '').startsWith('Z');
}

/** The command line of a process, arguments parted by spaces; empty where there is no such process. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ask(pid, 'command=');
  }
}

/**
 * When a process started, in whatever form the system says it; empty where there is no such process. Process ids come
 * again, together with the start they tell one process from another.
 */
export function startOf(pid: number): string {
  return statFields(pid)?.[19] ?? ask(pid, 'lstart=');
}

/** /proc/<pid>/stat from the state on; null where there is none. Before it stands the name, which may hold anything. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function ask(pid: number, field: string): string {
  if (process.platform === 'linux') return '';
  return spawnSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}
