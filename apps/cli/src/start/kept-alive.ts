import { setTimeout as delay } from 'node:timers/promises';

/** A process that reached readiness. */
export interface RunningProcess {
  pid: number;
  /** Where it listens; null for a process that does not. */
  url: string | null;
  /** Resolves when the process is gone, to how it ended in words: "signal SIGKILL", "exit code 1". */
  exited: Promise<string>;
  /** Asks it to end and resolves when it is gone; bounded, the last means being a kill. */
  stop(): Promise<void>;
}

/** Starts the process and resolves when it is ready. On abort it ends what it began and rejects. */
export type Launch = (signal: AbortSignal) => Promise<RunningProcess>;

export interface KeptAliveOptions {
  name: string;
  launch: Launch;
  /** Called whenever the process is there or gone. */
  onChange: () => void;
  /** Gets one line for people whenever the process was lost, or could not be started again. */
  say: (line: string) => void;
}

/** A process that lived at least this long is started again at once; one that died sooner waits a little. */
const SETTLED_MS = 2_000;
const LONGEST_WAIT_MS = 1_000;

/**
 * One process that is always there: started again whenever it ends, for as long as nobody stops it. Only its first
 * start may fail for good; after that it is never given up.
 */
export class KeptAlive {
  readonly name: string;
  current: RunningProcess | undefined;
  readonly #options: KeptAliveOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #restarting = false;

  constructor(options: KeptAliveOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Resolves when the process is ready for the first time. @throws what the first launch throws. */
  async start(): Promise<void> {
    const first = this.#options.launch(this.#stop.signal);
    // The loop owns the process from here, so that a stop during the first launch waits for its end.
    this.#loop = first.then((running) => this.#keep(running)).catch(() => {});
    await first;
    this.#stop.signal.throwIfAborted();
  }

  /** Ends the process and keeps it ended. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.current?.stop();
    await this.#loop;
  }

  /** Ends the process; a fresh one takes its place at once. */
  async restart(): Promise<void> {
    this.#restarting = true;
    await this.current?.stop();
  }

  async #keep(first: RunningProcess): Promise<void> {
    let running: RunningProcess | undefined = first;
    let failures = 0;
    while (running !== undefined) {
      const lasted = await this.#watch(running);
      failures = lasted >= SETTLED_MS || this.#restarting ? 0 : failures + 1;
      this.#restarting = false;
      running = await this.#launchAgain(failures);
    }
  }

  /** Follows one process to its end. Resolves to how long it was there, in milliseconds. */
  async #watch(running: RunningProcess): Promise<number> {
    const begun = performance.now();
    this.#setCurrent(running);
    // A stop that came while the process was being launched found nothing to end.
    if (this.#stop.signal.aborted) await running.stop();
    const how = await running.exited;
    this.#setCurrent(undefined);
    if (!this.#stop.signal.aborted && !this.#restarting) {
      this.#options.say(`${this.name} (process ${running.pid}) ended with ${how}; it is started again`);
    }
    return performance.now() - begun;
  }

  /** Tries until there is a process again. Undefined once this is being stopped. */
  async #launchAgain(failuresBefore: number): Promise<RunningProcess | undefined> {
    const { signal } = this.#stop;
    let told = '';
    for (let failures = failuresBefore; !signal.aborted; failures += 1) {
      try {
        const wait = failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, 50 * 2 ** failures);
        if (wait > 0) await delay(wait, undefined, { signal });
        const running = await this.#options.launch(signal);
        this.#options.say(`${this.name} is back (process ${running.pid})`);
        return running;
      } catch (error) {
        const reason = firstLine(error);
        if (signal.aborted || reason === told) continue;
        told = reason;
        this.#options.say(`${this.name} could not be started again, trying on: ${reason}`);
      }
    }
    return undefined;
  }

  #setCurrent(running: RunningProcess | undefined): void {
    this.current = running;
    this.#options.onChange();
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
