import { readFileSync } from 'node:fs';

/** The help text of a command; `wm` is the one that lists them all. setup.mjs reads the same files. */
export function helpText(command: string): string {
  return readFileSync(new URL(`../help/${command}.txt`, import.meta.url), 'utf8');
}
