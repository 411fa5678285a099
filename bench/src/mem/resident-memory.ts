/** How much memory processes hold, from /proc. Megabytes are 2^20 bytes. */
import { readFileSync } from 'node:fs';
import { spreadOf } from '../measurement.ts';
import { processTree } from './process-tree.ts';

export interface Memory {
  /** At the first look. */
  readonly firstMb: number;
  readonly medianMb: number;
  readonly peakMb: number;
  /** At the last look. */
  readonly lastMb: number;
}

/** What is looked at: one process, or a whole tree of them that share memory. */
export interface Watched {
  readonly pid: number;
  readonly tree?: boolean;
}

const LOOK_EVERY_MS = 500;

/** Looks twice a second; the function that it returns ends that and tells what was seen. */
export function watchMemory<Name extends string>(watched: Readonly<Record<Name, Watched>>): () => Record<Name, Memory> {
  const seen = Object.entries<Watched>(watched).map(([name, what]) => ({ name, what, values: [] as number[] }));
  const look = (): void => {
    for (const { what, values } of seen) {
      const bytes = what.tree === true ? treeBytes(what.pid) : processBytes(what.pid);
      values.push(bytes / 2 ** 20);
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    const found = seen.map(({ name, values }): [string, Memory] => {
      const { median, most } = spreadOf(values);
      return [name, { firstMb: values[0]!, medianMb: median, peakMb: most, lastMb: values.at(-1)! }];
    });
    return Object.fromEntries(found) as Record<Name, Memory>;
  };
}

/** Resident set of one process; 0 where it has ended. */
function processBytes(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'VmRSS') * 1024;
}

/** A page that several processes share counts once: each is charged its part of it. */
function treeBytes(pid: number): number {
  return processTree(pid).reduce((sum, id) => sum + kilobytes(`/proc/${id}/smaps_rollup`, 'Pss') * 1024, 0);
}

function kilobytes(file: string, field: string): number {
  try {
    return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
