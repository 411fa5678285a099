import { readFileSync } from 'node:fs';

/** A process and all that it has started and that run still. */
export function processTree(pid: number): number[] {
  let children: number[];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    children = text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return [pid, ...children.flatMap(processTree)];
}
