import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, startOf } from './process-identity.ts';

interface Claim {
  pid: number;
  /** When that process started: its number alone may have gone to another one since. */
  start: string;
}

/**
 * Claims a data folder for this process, so that a second start on it does not take the running server for a left-over.
 * A claim of a process that has died counts for nothing, nor does an older one of our own. Returns what gives the claim
 * back.
 *
 * @throws one clear line where another living process holds it, or where we may not write there.
 */
export function claim(file: string, dataDir: string): () => void {
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid), claim: randomUUID() });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return () => {
        if (read(file) === mine) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(dataDir, error);
    }
    const other = parse(read(file));
    if (other !== null && other.pid !== process.pid && isAlive(other.pid) && startOf(other.pid) === other.start) {
      throw new Error(
        `The data folder ${dataDir} is in use by process ${other.pid}. Stop that one first, or set DATA_DIR to another folder.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Error(`The data folder ${dataDir} is being started by somebody else at this moment. Try again.`);
}

/** What to say where a data folder cannot be made or written. */
export function notWritable(dataDir: string, cause: unknown): Error {
  return new Error(
    `The data folder ${dataDir} cannot be written (${(cause as NodeJS.ErrnoException).code}). Nothing was started. ` +
      'Start as the user it belongs to, or set DATA_DIR to another folder.',
    { cause },
  );
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** null: torn by a crash, or nothing of ours. */
function parse(text: string | null): Claim | null {
  try {
    const { pid, start } = JSON.parse(text ?? '') as Partial<Claim>;
    return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : null;
  } catch {
    return null;
  }
}
