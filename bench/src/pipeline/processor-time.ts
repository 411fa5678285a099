/** What processes have used of the processors, from /proc. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Where the kernel does not tell nanoseconds it counts in hundredths of a second, whatever its own clock is. */
const TICK_MS = 10;

interface ProcessTimes {
  readonly parent: number;
  /** Its own, milliseconds, user and system. */
  readonly own: number;
  /** Of children that have ended and were waited for. */
  readonly ended: number;
}

/**
 * Milliseconds of processor time that a process and everything below it have used so far. Differences count: sessions of
 * PostgreSQL that ended meanwhile are in the postmaster's account.
 *
 * @param except a process below it that is not counted
 * @returns NaN where there is no /proc
 */
export function processorMs(pid: number, except: number | null = null): number {
  if (!existsSync('/proc/self/stat')) return NaN;
  const processes = readProcesses();
  let sum = 0;
  const add = (id: number): void => {
    const times = processes.get(id);
    if (times === undefined || id === except) return;
    sum += ofThreads(id) ?? times.own;
    sum += times.ended;
    for (const [child, { parent }] of processes) if (parent === id) add(child);
  };
  add(pid);
  return sum;
}

function readProcesses(): Map<number, ProcessTimes> {
  const processes = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const times = readTimes(name);
    if (times !== null) processes.set(Number(name), times);
  }
  return processes;
}

/** null: it has ended meanwhile. */
function readTimes(pid: string): ProcessTimes | null {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === null) return null;
  // The name of the program stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ms = (index: number): number => Number(fields[index]) * TICK_MS;
  return { parent: Number(fields[1]), own: ms(11) + ms(12), ended: ms(13) + ms(14) };
}

/** Of the threads that it has now, to the nanosecond. null: it has ended, or the kernel does not tell. */
function ofThreads(pid: number): number | null {
  let nanoseconds = 0;
  for (const thread of attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    const text = attempt(() => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'));
    nanoseconds += Number(text?.split(' ', 1)[0] ?? 0);
  }
  return nanoseconds === 0 ? null : nanoseconds / 1e6;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

export interface Timed<Name extends string> {
  readonly seconds: number;
  /** Seconds of processor time, each process with everything below it; `client` is this process. */
  readonly processor: Readonly<Record<Name | 'client', number>>;
}

/** Does some work and tells how long it took and what it cost whom. */
export async function timed<Name extends string>(
  pids: Readonly<Record<Name, readonly number[]>>,
  work: () => Promise<void>,
): Promise<Timed<Name>> {
  const before = readProcessor(pids);
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const after = readProcessor(pids);
  const used = Object.entries(after).map(([name, total]) => [name, total - before[name]!]);
  return { seconds, processor: Object.fromEntries(used) as Record<Name | 'client', number> };
}

function readProcessor(pids: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  const { user, system } = process.cpuUsage();
  const others = Object.entries(pids).map(([name, list]): [string, number] => [
    name,
    list.reduce((sum, pid) => sum + processorMs(pid), 0) / 1_000,
  ]);
  return { client: (user + system) / 1e6, ...Object.fromEntries(others) };
}

/** Processor time as microseconds per event. */
export function microsPerEvent<Name extends string>(
  processor: Readonly<Record<Name, number>>,
  events: number,
): Record<Name, number> {
  const micros = Object.entries<number>(processor).map(([name, seconds]) => [name, (seconds / events) * 1e6]);
  return Object.fromEntries(micros) as Record<Name, number>;
}
