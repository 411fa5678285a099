/** How much processor time processes have used, from Linux's /proc: in nanoseconds, where `ps` counts in hundredths. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Sql } from 'postgres';

/** Milliseconds of processor time so far. */
export interface CpuTimes {
  readonly ingest: number;
  readonly worker: number;
  readonly postgres: number;
}

export interface MeasuredProcesses {
  readonly ingest: number;
  readonly worker: number;
  readonly postmaster: number;
  /** The benchmark's own session, which only looks whether something has become readable. */
  readonly ownBackend: number;
}

export function cpuTimes(processes: MeasuredProcesses): CpuTimes {
  const backends = childrenOf(processes.postmaster).filter((pid) => pid !== processes.ownBackend);
  const ofPostgres = [processes.postmaster, ...backends].reduce((sum, pid) => sum + ofProcess(pid), 0);
  return {
    ingest: ofProcess(processes.ingest),
    worker: ofProcess(processes.worker),
    postgres: ofPostgres + ofEndedChildren(processes.postmaster),
  };
}

/** @param sql of one connection */
export async function postgresProcesses(sql: Sql): Promise<Pick<MeasuredProcesses, 'postmaster' | 'ownBackend'>> {
  const [row] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
  return { ownBackend: row.pid, postmaster: Number(statFields(row.pid)[PARENT]) };
}

/** Fields of /proc/PID/stat behind the name. */
const PARENT = 1;
const ENDED_CHILDREN_USER = 13;
const ENDED_CHILDREN_SYSTEM = 14;
const TICK_MS = 10;

function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function ofProcess(pid: number): number {
  let nanoseconds = 0;
  for (const thread of attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    const text = attempt(() => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'));
    nanoseconds += Number(text?.split(' ', 1)[0] ?? 0);
  }
  return nanoseconds / 1e6;
}

function ofEndedChildren(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[ENDED_CHILDREN_USER]) + Number(fields[ENDED_CHILDREN_SYSTEM])) * TICK_MS;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => attempt(() => Number(statFields(pid)[PARENT])) === parent);
}

/** Undefined where the process or thread has just ended. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
