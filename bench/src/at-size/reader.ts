/** Reads lists and details from the api all the time, as pages do, and knows each answer that may come of a watched workflow. */
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '@wm/simulator';
import type { Random } from '@wm/simulator';

export interface WatchedWorkflow {
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
}

export interface ReadFigures {
  reads: number;
  /** Answers other than those that belong there: path and status, a few of them. */
  failed: string[];
  /** Details that were neither as before the rebuild nor as after it. */
  halves: string[];
  /** Milliseconds of each read. */
  readonly latencies: number[];
}

const READERS = 3;
/** So long each reader looks at an answer: together they ask some 25 times a second. */
const PAUSE_MS = 100;
const EXAMPLES = 5;
const LISTS = [
  '/v1/workflows?limit=50',
  '/v1/workflows?env=production&limit=50',
  '/v1/workflows?env=production&status=failed&limit=50',
  '/v1/workflows?env=staging&status=completed&limit=100',
  '/v1/workflows?env=production&status=running&limit=50',
  '/v1/pipeline',
];

export class Reader {
  readonly #url: string;
  readonly #paths: readonly string[];
  /** By path: every answer that the stored rows may give. */
  readonly #allowed = new Map<string, Set<string>>();

  /** @param watched workflows that have ended: no live event changes them */
  constructor(url: string, watched: readonly WatchedWorkflow[]) {
    this.#url = url;
    this.#paths = watched.map((key) =>
      ['/v1/workflows', ...[key.env, key.serviceKey, key.workflowId].map(encodeURIComponent)].join('/'),
    );
  }

  /** Remembers what the details are now. @returns what each says, by path */
  async remember(): Promise<ReadonlyMap<string, string>> {
    const now = new Map<string, string>();
    for (const path of this.#paths) {
      const text = await this.#detail(path);
      now.set(path, text);
      this.#allowed.set(path, (this.#allowed.get(path) ?? new Set()).add(text));
    }
    return now;
  }

  /** Reads until the signal comes. Never rejects: what fails is counted. */
  async readUntil(signal: AbortSignal): Promise<ReadFigures> {
    const figures: ReadFigures = { reads: 0, failed: [], halves: [], latencies: [] };
    const readInTurn = async (number: number): Promise<void> => {
      const random = createRandom('reader', number);
      while (!signal.aborted) {
        const begun = performance.now();
        await this.#readOne(random, figures);
        figures.latencies.push(performance.now() - begun);
        figures.reads += 1;
        await pause(PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: READERS }, (_none, index) => readInTurn(index)));
    return figures;
  }

  async #readOne(random: Random, figures: ReadFigures): Promise<void> {
    const isList = random.chance(0.5);
    const path = random.pick(isList ? LISTS : this.#paths);
    try {
      if (isList) {
        const { status } = await this.#get(path);
        if (status !== 200) note(figures.failed, `${path}: ${status}`);
        return;
      }
      const text = await this.#detail(path);
      if (this.#allowed.get(path)!.has(text)) return;
      if (text.startsWith('5')) note(figures.failed, `${path}: ${text.slice(0, 200)}`);
      else note(figures.halves, `${path}: ${text.slice(0, 400)}`);
    } catch (error) {
      note(figures.failed, `${path}: ${String(error)}`);
    }
  }

  /** Status and body, without what tells when a row was written, when it was read, and what waited just then. */
  async #detail(path: string): Promise<string> {
    const { status, body } = await this.#get(path);
    if (status !== 200) return String(status);
    const moments = new Set(['asOf', 'createdAt', 'freshness', 'updatedAt']);
    const lasting: unknown = JSON.parse(body, (name, value: unknown) => (moments.has(name) ? undefined : value));
    return `200 ${JSON.stringify(lasting)}`;
  }

  async #get(path: string): Promise<{ status: number; body: string }> {
    const answer = await fetch(new URL(path, this.#url), { signal: AbortSignal.timeout(60_000) });
    return { status: answer.status, body: await answer.text() };
  }
}

/** All are counted, and the first few kept with their text. */
function note(list: string[], text: string): void {
  list.push(list.length < EXAMPLES ? text : '');
}
