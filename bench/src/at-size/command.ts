/** Commands of the CLI as processes of their own, as people run them. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface RunningCommand {
  /** Resolves when it has ended. */
  readonly ended: Promise<{ code: number | null; stdout: string }>;
  /** Ctrl-C. */
  interrupt(): void;
}

export interface CommandOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Gets its lines of progress and errors. */
  readonly onLine?: (line: string) => void;
  /** The CLI's program; the one of this tree where absent. */
  readonly entry?: string;
}

/** Runs `wm` with these arguments. */
export function startCommand(args: readonly string[], { env, onLine, entry }: CommandOptions): RunningCommand {
  const program = entry ?? path.join(ROOT, 'apps/cli/src/main.ts');
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', program, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C ends us, and we end this.
    detached: true,
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  createInterface({ input: child.stderr }).on('line', (line) => onLine?.(line));
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout }));
    }),
    interrupt: () => void child.kill('SIGINT'),
  };
}
