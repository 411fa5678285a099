import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from '../client.ts';
import { listActiveKeys } from './list-active-keys.ts';
import type { ActiveKey } from './list-active-keys.ts';

export interface KeyMemoryOptions {
  query: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** How long what the database said is trusted, milliseconds. */
  trustMs: number;
  /** Milliseconds of a clock that does not go back. */
  now: () => number;
}

type KnownKey = ActiveKey & {
  /** By the same clock; Infinity: never. */
  expiresAt: number;
};

interface Question {
  ids: Set<string>;
  answer: Promise<Map<string, KnownKey>>;
}

/** Tokens with made-up ids must not become a load for the database: it is asked for them ten times a second at most. */
const BETWEEN_QUESTIONS_MS = 100;

/**
 * What a process knows of the keys: all that may be used, read again when somebody asks and it has become old. Keys that
 * were made since are asked for by id, many at once.
 */
export class KeyMemory {
  readonly #options: KeyMemoryOptions;
  #all: { askedAt: number; keys: Map<string, KnownKey> } | undefined;
  #reading: Promise<void> | undefined;
  /** Still takes ids. */
  #open: Question | undefined;
  #lastAnswer: Promise<unknown> = Promise.resolve();
  #askedAt = -Infinity;

  constructor(options: KeyMemoryOptions) {
    this.#options = options;
  }

  /**
   * The key of this id, or null where there is none that may be used.
   *
   * @param mayBeNew where it is not known: whether to ask for it, because it may have been made just now
   * @param orAsLastKnown whether what the database said last will do where it cannot be asked
   * @throws where the database cannot be asked; that is not remembered
   */
  async find(id: string, mayBeNew: boolean, orAsLastKnown: boolean): Promise<ActiveKey | null> {
    const keys = await this.#known().catch((error: unknown) => {
      if (orAsLastKnown && this.#all?.keys.has(id) === true) return this.#all.keys;
      throw error;
    });
    const key = keys.get(id) ?? (mayBeNew ? (await this.#askFor(id)).get(id) : undefined);
    if (key === undefined || key.expiresAt <= this.#options.now()) return null;
    keys.set(id, key);
    return key;
  }

  /** Requests that come at once read once. */
  async #known(): Promise<Map<string, KnownKey>> {
    while (this.#all === undefined || this.#all.askedAt + this.#options.trustMs < this.#options.now()) {
      this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    return this.#all.keys;
  }

  async #readAll(): Promise<void> {
    const askedAt = this.#options.now();
    this.#all = { askedAt, keys: await this.#read(null) };
  }

  #askFor(id: string): Promise<Map<string, KnownKey>> {
    if (this.#open === undefined) {
      const ids = new Set<string>();
      this.#open = { ids, answer: this.#ask(ids, this.#lastAnswer) };
      this.#lastAnswer = this.#open.answer.catch(() => {});
    }
    this.#open.ids.add(id);
    return this.#open.answer;
  }

  /** One question after the other, with a pause between them in which ids gather. */
  async #ask(ids: ReadonlySet<string>, before: Promise<unknown>): Promise<Map<string, KnownKey>> {
    await before;
    const tooEarlyMs = this.#askedAt + BETWEEN_QUESTIONS_MS - performance.now();
    if (tooEarlyMs > 0) await pause(tooEarlyMs);
    this.#askedAt = performance.now();
    // Whoever comes from now on may mean a key that this question does not see any more.
    this.#open = undefined;
    return this.#read([...ids]);
  }

  async #read(ids: readonly string[] | null): Promise<Map<string, KnownKey>> {
    const askedAt = this.#options.now();
    const keys = await this.#options.query((sql) => listActiveKeys(sql, ids));
    return new Map(keys.map((key) => [key.id, { ...key, expiresAt: askedAt + (key.expiresInMs ?? Infinity) }]));
  }
}
