import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@wm/testkit';
import { readRuntimeFile, type RuntimeFile } from '../../src/runtime-file.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A `wm` command that runs as a process, from source. */
export interface WmProcess {
  pid: number;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves to the exit code, or to the signal that ended it. */
  ended: Promise<number | string>;
}

/**
 * Starts `wm` with these arguments. The environment is ours without the variables that the command reads, so that
 * a REDIS_URL or DATABASE_URL of the test run does not leak in.
 */
export function startWm(args: string[], env: Record<string, string>): WmProcess {
  const { DATABASE_URL: _database, REDIS_URL: _redis, AUTH: _auth, HOST: _host, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN, ...args], {
    env: { ...inherited, INGEST_PORT: '0', API_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  return {
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    kill: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code, signal]) => (code as number | null) ?? String(signal)),
  };
}

/** Runs `wm` to its end. */
export async function runWm(args: string[], env: Record<string, string>) {
  const wm = startWm(args, env);
  const code = await wm.ended;
  return { code, stdout: wm.stdout(), stderr: wm.stderr() };
}

/** A data folder for a test; as root, PostgreSQL runs under another account, which must be able to enter it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'wm-cli-'));
  chmodSync(folder, 0o755);
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Resolves to the addresses of a started system once it says that it is ready. @throws with what it wrote, where it ends instead */
export async function readySystem(wm: WmProcess, dataDir: string, timeoutMs: number): Promise<RuntimeFile> {
  let ended = false;
  void wm.ended.then(() => (ended = true));
  return waitFor(
    'the system to be ready',
    async () => {
      if (ended) throw new Error(`wm start ended: ${wm.stderr()}${wm.stdout()}`);
      return wm.stdout().includes('is ready after') && (readRuntimeFile(dataDir) ?? false);
    },
    timeoutMs,
  );
}
