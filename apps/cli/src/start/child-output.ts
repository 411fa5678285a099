import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A log file that reached this size is put aside as .1 and begun anew, so that logs never fill a disk. */
const LARGEST_FILE_BYTES = 20_000_000;
/** The same line of the same process is shown again at the terminal after this time; the file has them all. */
const REPEAT_AFTER_MS = 10_000;
const SHOWN_LEVELS = new Set(['warn', 'error', 'fatal']);

/** Where the output of one process goes: all of it to a file, what a person should see to the terminal. */
export class ChildOutput {
  readonly name: string;
  readonly file: string;
  readonly #say: (line: string) => void;
  readonly #verbose: boolean;
  #stream: WriteStream;
  #bytes: number;
  #lastError: string | undefined;
  #streams: Promise<unknown>[] = [];
  readonly #shownAt = new Map<string, number>();

  constructor(options: { name: string; folder: string; verbose: boolean; say: (line: string) => void }) {
    this.name = options.name;
    this.#say = options.say;
    this.#verbose = options.verbose;
    mkdirSync(options.folder, { recursive: true });
    this.file = path.join(options.folder, `${options.name}.log`);
    this.#bytes = sizeOf(this.file);
    this.#stream = this.#open();
  }

  /** Takes what a freshly started process writes, until it ends. */
  follow(child: ChildProcess): void {
    this.#lastError = undefined;
    this.#streams = [this.#readLines(child.stdout, false), this.#readLines(child.stderr, true)];
  }

  /** Takes one line that is no process output of a child: a server's log, for example. */
  line(text: string, fromStderr = false): void {
    this.#write(text);
    const entry = parseEntry(text);
    if (fromStderr && entry === null && text.trim() !== '') this.#lastError ??= text;
    const important = entry === null ? fromStderr : SHOWN_LEVELS.has(entry.level);
    if (this.#verbose || important) this.#show(entry === null ? text : readable(entry));
  }

  /** Resolves when all that the process wrote has been taken. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#streams);
  }

  /** The first line that the newest process wrote on stderr by itself: why it could not start. */
  lastError(): string | undefined {
    return this.#lastError;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #readLines(source: Readable | null, fromStderr: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (source === null) return resolve();
      const lines = createInterface({ input: source, crlfDelay: Infinity });
      lines.on('line', (text) => this.line(text, fromStderr));
      lines.on('close', resolve);
    });
  }

  #show(text: string): void {
    const now = Date.now();
    const last = this.#shownAt.get(text);
    if (last !== undefined && now - last < REPEAT_AFTER_MS) return;
    if (this.#shownAt.size > 1_000) this.#shownAt.clear();
    this.#shownAt.set(text, now);
    this.#say(`${this.name}: ${text}`);
  }

  #write(text: string): void {
    const line = `${text}\n`;
    this.#bytes += Buffer.byteLength(line);
    this.#stream.write(line);
    if (this.#bytes < LARGEST_FILE_BYTES) return;
    this.#bytes = 0;
    this.#stream.end();
    try {
      renameSync(this.file, `${this.file}.1`);
    } catch {
      // Somebody removed the file meanwhile: there is nothing to put aside.
    }
    this.#stream = this.#open();
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.file, { flags: 'a', mode: 0o600 });
    // A full disk must not take the supervisor down with it: the log is lost, the services go on.
    stream.on('error', (error) => this.#say(`${this.name}: its log cannot be written (${error.message})`));
    return stream;
  }
}

interface LogEntry {
  level: string;
  msg?: string;
  err?: { message?: string };
  error?: { message?: string };
}

/** A line of JSON as our logger writes it, or null for any other text. */
function parseEntry(text: string): LogEntry | null {
  if (!text.startsWith('{')) return null;
  try {
    const entry = JSON.parse(text) as LogEntry;
    return typeof entry.level === 'string' ? entry : null;
  } catch {
    return null;
  }
}

function readable(entry: LogEntry): string {
  const reason = entry.error?.message ?? entry.err?.message;
  const text = entry.msg ?? reason ?? '';
  return `${entry.level}: ${text}${reason !== undefined && reason !== text ? ` (${reason})` : ''}`;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
