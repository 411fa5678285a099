import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, realpathSync, unlinkSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { PlainError } from '../plain-error.ts';

/** A data folder that this process alone works in, until it is released or the process ends in whatever way. */
export interface DataFolder {
  /** The real, absolute path. */
  path: string;
  release(): Promise<void>;
}

/**
 * Makes the data folder where it is missing and takes it for this process.
 *
 * The lock is a listening local socket named after the folder: the kernel lets go of it when the process dies, so that a
 * kill -9 leaves nothing to clean up. Whoever finds it taken connects and is told the process id.
 *
 * @throws PlainError where the folder cannot be written or another process has it.
 */
export async function takeDataFolder(folder: string): Promise<DataFolder> {
  const real = makeFolder(folder);
  const address = lockAddress(real);
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.end(String(process.pid));
  });
  for (let tries = 0; !(await listens(server, address)); tries += 1) {
    const holder = await askHolder(address);
    if (holder === null && tries < 3) {
      // A socket file without a listener, from a process that was killed. Kernel-held names never get here.
      if (!address.startsWith('\0')) removeFile(address);
      continue;
    }
    throw new PlainError(
      `The data folder ${real} is in use by process ${holder ?? '(unknown)'}. Nothing was started. Stop that one first, ` +
        'or choose another folder with DATA_DIR.',
    );
  }
  // The lock must not keep a process alive that has nothing else to do.
  server.unref();
  return { path: real, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function makeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    const real = realpathSync(folder);
    accessSync(real, constants.W_OK | constants.X_OK);
    return real;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new PlainError(
      `The data folder ${path.resolve(folder)} cannot be written (${code}). Nothing was started. Give this user the right to it, ` +
        'or choose another folder with DATA_DIR.',
    );
  }
}

/** Linux has socket names that live in the kernel only; elsewhere it is a file in the folder for temporary files. */
function lockAddress(real: string): string {
  const name = `workflow-monitor-${createHash('sha256').update(real).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return path.join(os.tmpdir(), `${name}.sock`);
}

function listens(server: net.Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(address, () => {
      server.removeAllListeners('error');
      resolve(true);
    });
  });
}

/** The process id that the holder of the lock gives, or null where nobody answers. */
function askHolder(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(address);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer === '' ? null : answer));
  });
}

function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Another starter removed it first.
  }
}
