/** One client of the stream, as docs/api.md says that one behaves. */
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { MARKS, nowMs, tickOf } from './marks.ts';
import { stateOf } from './questions.ts';

interface Told {
  readonly id: string;
  readonly workflowId: string;
  readonly currentStep: string | null;
  readonly status: string;
  readonly completedStepCount: number;
  readonly updatedAt: string;
}

interface Message {
  readonly event: string;
  readonly id: string | null;
  readonly runs: readonly { readonly id: string; readonly state: string }[];
  readonly left: readonly string[];
  readonly ticks: readonly { readonly mark: number; readonly tick: number }[];
  /** Of many. */
  readonly reason: string | null;
  /** Of ready. */
  readonly resumed: boolean;
}

export interface FollowerOutcome {
  /** When each tick of each mark (mark * ticks + tick) was known, by nowMs; NaN: never. */
  readonly seenAt: Float64Array;
  /** When it was cut off, and when it came back, by nowMs; null: never. */
  readonly away: { readonly from: number; readonly to: number } | null;
  /** Whether what came meanwhile was told; null: it was never cut off. */
  readonly resumed: boolean | null;
  readonly messages: number;
  readonly bytes: number;
  /** Messages that there is more than is told, by their reason. */
  readonly many: Readonly<Record<string, number>>;
  /** What went wrong on the way; null: nothing. */
  readonly fault: string | null;
}

export class Follower {
  readonly #apiUrl: string;
  readonly #query: string;
  readonly #seenAt: Float64Array;
  readonly #ticks: number;
  /** What it knows of the runs it follows. */
  readonly #known = new Map<string, string>();
  readonly #many: Record<string, number> = {};
  #request: ClientRequest | null = null;
  #response: IncomingMessage | null = null;
  #lastId: string | null = null;
  #away: FollowerOutcome['away'] = null;
  #resumed: boolean | null = null;
  #messages = 0;
  #bytes = 0;
  #fault: string | null = null;
  /** Messages wait while the list is read. */
  #taken: Promise<void> = Promise.resolve();

  constructor(apiUrl: string, query: string, ticks: number) {
    this.#apiUrl = apiUrl;
    this.#query = query;
    this.#ticks = ticks;
    this.#seenAt = new Float64Array(MARKS.length * ticks).fill(NaN);
  }

  /** Resolves when the server says that it follows. @throws where it is refused */
  async open(): Promise<void> {
    const headers = { accept: 'text/event-stream', ...(this.#lastId !== null && { 'last-event-id': this.#lastId }) };
    const request = get(`${this.#apiUrl}/v1/stream${this.#query}`, { agent: false, headers });
    this.#request = request;
    await new Promise<void>((resolve, reject) => {
      request.on('error', (error) => {
        this.#lost(request, error.message);
        reject(error);
      });
      request.once('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`The stream answered ${response.statusCode}.`));
        this.#response = response;
        this.#read(request, response, resolve);
      });
    });
  }

  /** The line is cut: whatever was under way is gone. Comes back with the id of the last message that it has read. */
  async cut(backAfter: Promise<void>): Promise<void> {
    const from = nowMs();
    this.close();
    await backAfter;
    await this.#taken;
    this.#away = { from, to: nowMs() };
    await this.open().catch((error: Error) => (this.#fault ??= `It could not come back: ${error.message}`));
  }

  /** Does not read any more, as a laptop that was closed. */
  sleep(): void {
    this.#response?.pause();
  }

  wake(): void {
    this.#response?.resume();
  }

  close(): void {
    const request = this.#request;
    this.#request = null;
    request?.destroy();
  }

  /** How many runs it knows otherwise than they are. @param expected states by id */
  async differing(expected: ReadonlyMap<string, string>): Promise<number> {
    await this.#taken;
    const missing = [...expected].filter(([id, state]) => this.#known.get(id) !== state).length;
    return missing + [...this.#known.keys()].filter((id) => !expected.has(id)).length;
  }

  outcome(): FollowerOutcome {
    return {
      seenAt: this.#seenAt,
      away: this.#away,
      resumed: this.#resumed,
      messages: this.#messages,
      bytes: this.#bytes,
      many: this.#many,
      fault: this.#fault,
    };
  }

  #lost(request: ClientRequest, how: string): void {
    if (this.#request === request) this.#fault ??= `Its connection was lost: ${how}`;
  }

  #read(request: ClientRequest, response: IncomingMessage, onReady: () => void): void {
    let text = '';
    response.on('data', (bytes: Buffer) => {
      this.#bytes += bytes.length;
      text += bytes.toString('latin1');
      if (!text.includes('\n\n')) return;
      const parts = text.split('\n\n');
      text = parts.pop()!;
      const at = nowMs();
      for (const part of parts) {
        const message = readMessage(part);
        if (message.event === 'ready') onReady();
        this.#taken = this.#taken.then(() => (this.#request === request ? this.#take(message, at) : undefined));
      }
    });
    response.once('close', () => this.#lost(request, 'the server ended it'));
    response.on('error', (error) => this.#lost(request, error.message));
  }

  async #take(message: Message, at: number): Promise<void> {
    this.#messages += 1;
    this.#lastId = message.id ?? this.#lastId;
    if (message.event === 'ready' && this.#away !== null) this.#resumed = message.resumed;
    this.#learn(message, at);
    if (message.event !== 'many') return;
    this.#many[message.reason!] = (this.#many[message.reason!] ?? 0) + 1;
    await this.#askForList().catch((error: Error) => (this.#fault ??= `It could not read the list: ${error.message}`));
  }

  #learn({ runs, left, ticks }: Pick<Message, 'runs' | 'left' | 'ticks'>, at: number): void {
    for (const { id, state } of runs) this.#known.set(id, state);
    for (const id of left) this.#known.delete(id);
    for (const { mark, tick } of ticks) {
      // A later tick says more than those before it, which it may have overtaken.
      for (let place = mark * this.#ticks + tick; place >= mark * this.#ticks; place -= 1) {
        if (!Number.isNaN(this.#seenAt[place]!)) break;
        this.#seenAt[place] = at;
        if (MARKS[mark]!.kind === 'failing') break;
      }
    }
  }

  async #askForList(): Promise<void> {
    const response = await fetch(`${this.#apiUrl}/v1/workflows/export${this.#query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`the api answered ${response.status}`);
    const runs = text.split('\n').filter(Boolean);
    this.#known.clear();
    this.#learn({ ...readRuns(runs.map((line) => JSON.parse(line) as Told)), left: [] }, nowMs());
  }
}

/** Followers of one question get the same text: it is read once. */
const read = new Map<string, Message>();
const MOST_KEPT = 64;

function readMessage(text: string): Message {
  const before = read.get(text);
  if (before !== undefined) return before;
  const fields = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = JSON.parse(fields.get('data') ?? '{}') as {
    runs?: Told[];
    left?: string[];
    reason?: string;
    resumed?: boolean;
  };
  const message = {
    event: fields.get('event') ?? '',
    id: fields.get('id') ?? null,
    ...readRuns(data.runs ?? []),
    left: data.left ?? [],
    reason: data.reason ?? null,
    resumed: data.resumed === true,
  };
  if (read.size >= MOST_KEPT) read.delete(read.keys().next().value!);
  read.set(text, message);
  return message;
}

function readRuns(told: readonly Told[]): Pick<Message, 'runs' | 'ticks'> {
  return {
    runs: told.map((run) => ({ id: run.id, state: stateOf(run) })),
    ticks: told.map(tickOf).filter((tick) => tick !== null),
  };
}
