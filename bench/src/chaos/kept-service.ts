import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ClockStep } from './stepped-clock.ts';
import { withResolvers } from './with-resolvers.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface ServiceOptions {
  readonly name: string;
  /** The program, as source. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Gets what it writes. */
  readonly logFile: string;
}

const STEPPED_CLOCK = pathToFileURL(path.join(import.meta.dirname, 'stepped-clock.ts')).href;
const AGAIN_AFTER_MS = 300;
const READY_WITHIN_MS = 60_000;

/** A service as a process of its own, started again within about a second whenever it ends, as a supervisor does. */
export class KeptService {
  readonly name: string;
  /** Ends that nobody here caused, after it was ready: how, and the last line of the log. */
  readonly ownEnds: string[] = [];
  /** How often it came up. */
  starts = 0;
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #ready = withResolvers();
  #isReady = false;
  #awayMs = 0;
  #ended = false;
  /** The process whose end is ours. */
  #struck: ChildProcess | undefined;

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it is ready. @throws where that takes too long */
  async start(): Promise<void> {
    this.#launch();
    await this.ready();
  }

  /** Resolves when it is ready, at once where it is. @throws where that takes too long */
  async ready(): Promise<void> {
    const late = new AbortController();
    const tooLate = pause(READY_WITHIN_MS, true, { signal: late.signal }).catch(() => false);
    const isLate = await Promise.race([this.#ready.promise.then(() => false), tooLate]);
    late.abort();
    if (isLate) throw new Error(`${this.name} was not ready in ${READY_WITHIN_MS} ms. ${this.#lastLine()}`);
  }

  /** SIGKILL. It is started again, `awayMs` later at the earliest. */
  kill(awayMs = 0): void {
    this.#struck = this.#child;
    this.#awayMs = awayMs;
    // Whoever asks from now on means the next one.
    if (this.#isReady) this.#ready = withResolvers();
    this.#isReady = false;
    this.#child?.kill('SIGKILL');
  }

  /** SIGSTOP: it stands still and keeps what it holds. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** SIGCONT */
  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Its clock is off by so much from now on, or until it ends. */
  setClock(clockOffsetMs: number): void {
    const step: ClockStep = { clockOffsetMs };
    // Without a listener a process that has just ended would make this throw.
    if (this.#child?.connected === true) this.#child.send(step, () => {});
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#ended = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  #launch(): void {
    const log = openSync(this.#options.logFile, 'a');
    const child = fork(this.#options.entry, [], {
      cwd: ROOT,
      execArgv: ['--conditions=source', '--import', 'tsx', '--import', STEPPED_CLOCK],
      env: { PATH: process.env['PATH'], ...this.#options.env },
      stdio: ['ignore', log, log, 'ipc'],
      // A process group of its own: Ctrl-C ends the harness, and the harness ends this.
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    let wasReady = false;
    child.once('message', () => {
      wasReady = true;
      this.#isReady = true;
      this.starts += 1;
      this.#ready.resolve();
    });
    child.once('exit', (code, signal) => {
      if (this.#ended) return;
      if (this.#isReady) this.#ready = withResolvers();
      this.#isReady = false;
      if (wasReady && this.#struck !== child)
        this.ownEnds.push(`${signal ?? `exit code ${code}`}: ${this.#lastLine()}`);
      setTimeout(
        () => {
          if (!this.#ended) this.#launch();
        },
        Math.max(AGAIN_AFTER_MS, this.#awayMs),
      );
      this.#awayMs = 0;
    });
  }

  #lastLine(): string {
    const lines = readFileSync(this.#options.logFile, 'utf8').trimEnd().split('\n');
    return lines.at(-1) || 'It wrote nothing.';
  }
}
