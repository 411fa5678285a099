import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@wm/runtime';
import type { EmbeddedPostgres } from '@wm/runtime';
import { freePort } from '../ports.ts';

/** The memory that its folder may take where it has a disk of its own; what a run of ten minutes writes fits in several times. */
const DISK_MB = 4_096;
const TRIES = 50;
const BETWEEN_TRIES_MS = 200;

/** A PostgreSQL with fsync on, as in production, that can be struck in many ways and comes back on the same port. */
export class PostgresServer {
  /** Whether it has a small disk of its own, which can be full. */
  readonly hasOwnDisk: boolean;
  readonly #dataDir: string;
  readonly #port: number;
  #running: EmbeddedPostgres;
  #hasEnded = false;
  #starting: Promise<void> = Promise.resolve();
  #removed = false;
  readonly #stopped = new Set<number>();

  /** @param dataDir is made; as root, PostgreSQL runs under another account, which must be able to enter it */
  static async start(dataDir: string): Promise<PostgresServer> {
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    const hasOwnDisk = mount(['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=755`, 'tmpfs', dataDir]);
    try {
      const port = await freePort();
      return new PostgresServer(dataDir, hasOwnDisk, port, await startEmbeddedPostgres({ dataDir, port }));
    } catch (error) {
      if (hasOwnDisk) unmount(dataDir);
      throw error;
    }
  }

  private constructor(dataDir: string, hasOwnDisk: boolean, port: number, running: EmbeddedPostgres) {
    this.#dataDir = dataDir;
    this.hasOwnDisk = hasOwnDisk;
    this.#port = port;
    this.#running = running;
    this.#follow();
  }

  get url(): string {
    return this.#running.url;
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** Immediate stop: every session is cut, nothing is written, the next start recovers from the log. */
  async crash(): Promise<void> {
    signal(this.#running.pid, 'SIGQUIT');
    await this.#running.exited;
  }

  /** Resolves when it answers again; where it has ended, it is started. @throws where it does not come back */
  async comeBack(answers: () => Promise<boolean>): Promise<void> {
    this.#starting = this.#untilItAnswers(answers);
    await this.#starting;
  }

  /** SIGSTOP to processes of the server. */
  stopProcesses(pids: readonly number[]): void {
    for (const pid of pids) {
      this.#stopped.add(pid);
      signal(pid, 'SIGSTOP');
    }
  }

  /** SIGCONT to all that were stopped. */
  goOn(): void {
    for (const pid of this.#stopped) signal(pid, 'SIGCONT');
    this.#stopped.clear();
  }

  /** From now on there is not a byte of room left on its disk. */
  fillDisk(): void {
    // It may grow in between; a disk cannot be made smaller than what is on it.
    for (let tries = 0; tries < TRIES; tries += 1) if (this.#resize(`${usedKilobytes(this.#dataDir)}k`)) return;
  }

  /** There is room again. */
  freeDisk(): void {
    this.#resize(`${DISK_MB}m`);
  }

  #resize(size: string): boolean {
    return mount(['-o', `remount,size=${size}`, this.#dataDir]);
  }

  #follow(): void {
    this.#hasEnded = false;
    void this.#running.exited.then(() => (this.#hasEnded = true));
  }

  async #untilItAnswers(answers: () => Promise<boolean>): Promise<void> {
    for (let left = TRIES; !this.#removed; left -= 1) {
      try {
        if (this.#hasEnded) {
          this.#running = await startEmbeddedPostgres({ dataDir: this.#dataDir, port: this.#port });
          this.#follow();
        }
        if (await answers()) return;
      } catch (error) {
        if (left <= 0) throw error;
      }
      await pause(BETWEEN_TRIES_MS);
    }
  }

  /** Ends at once what still runs of it. */
  kill(): void {
    this.goOn();
    signal(this.#running.pid, 'SIGQUIT');
    if (this.hasOwnDisk) unmount(this.#dataDir);
  }

  /** Ends it for good and removes its data. */
  async remove(): Promise<void> {
    this.#removed = true;
    this.goOn();
    if (this.hasOwnDisk) this.freeDisk();
    await this.#starting.catch(() => {});
    await this.#running.stop();
    if (this.hasOwnDisk) unmount(this.#dataDir);
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

/** It may have gone already. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** False where this is not allowed, or not known here. */
function mount(args: readonly string[]): boolean {
  return spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
}

/** At once for whoever looks; for those who still have files open there, when they close them. */
function unmount(folder: string): void {
  spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
}

function usedKilobytes(folder: string): number {
  const { bsize, blocks, bfree } = statfsSync(folder);
  return Math.ceil(((blocks - bfree) * bsize) / 1_024);
}
