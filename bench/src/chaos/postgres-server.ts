import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@wm/runtime';
import type { EmbeddedPostgres } from '@wm/runtime';
import { freePort } from './ports.ts';

const TRIES = 50;
const BETWEEN_TRIES_MS = 200;

/** A PostgreSQL with fsync on, as in production, that can be crashed and comes back on the same port. */
export class PostgresServer {
  readonly #dataDir: string;
  readonly #port: number;
  #running: EmbeddedPostgres;
  #starting: Promise<void> = Promise.resolve();
  #removed = false;

  /** @param dataDir is made; as root, PostgreSQL runs under another account, which must be able to enter it */
  static async start(dataDir: string): Promise<PostgresServer> {
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    const port = await freePort();
    return new PostgresServer(dataDir, port, await startEmbeddedPostgres({ dataDir, port }));
  }

  private constructor(dataDir: string, port: number, running: EmbeddedPostgres) {
    this.#dataDir = dataDir;
    this.#port = port;
    this.#running = running;
  }

  get url(): string {
    return this.#running.url;
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** Immediate stop: every session is cut, nothing is written, the next start recovers from the log. */
  async crash(): Promise<void> {
    process.kill(this.#running.pid, 'SIGQUIT');
    await this.#running.exited;
  }

  /** @throws where it does not come back */
  async startAgain(): Promise<void> {
    this.#starting = this.#tryToStart();
    await this.#starting;
  }

  async #tryToStart(): Promise<void> {
    for (let left = TRIES; !this.#removed; left -= 1) {
      try {
        this.#running = await startEmbeddedPostgres({ dataDir: this.#dataDir, port: this.#port });
        return;
      } catch (error) {
        if (left === 0) throw error;
        await pause(BETWEEN_TRIES_MS);
      }
    }
  }

  /** Ends it for good and removes its data. */
  async remove(): Promise<void> {
    this.#removed = true;
    await this.#starting.catch(() => {});
    await this.#running.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
