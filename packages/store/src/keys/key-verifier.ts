import { timingSafeEqual } from 'node:crypto';
import type { Sql } from '../client.ts';
import { findKey } from './find-key.ts';
import type { StoredKey } from './find-key.ts';
import { hashSecret, readToken } from './key-token.ts';
import type { KeyScope } from './key-token.ts';
import { touchKey } from './touch-key.ts';

/** Whom a request comes from, and what it may touch. */
export interface VerifiedKey {
  id: string;
  /** The scope of the verifier, or one that includes it. */
  scope: KeyScope;
  /** null: every environment. */
  env: string | null;
  /** null: every service. */
  serviceKey: string | null;
}

export type KeyVerdict =
  | { kind: 'valid'; key: VerifiedKey }
  /** No such key, a wrong secret, a revoked key, or no token at all. A client is not told which. */
  | { kind: 'unknown' }
  /** A key, but for the other side. */
  | { kind: 'wrong_scope' };

export interface KeyVerifierOptions {
  /** What a key must be for. */
  scope: KeyScope;
  /** Runs a query; `(work) => work(sql)` where nothing more is wanted. */
  query: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** How long an answer of the database is trusted, milliseconds; 10,000 where absent. */
  trustMs?: number;
  /** Milliseconds of any clock that does not go back. */
  now?: () => number;
  /** Told when last_used_at could not be written; nothing depends on it. */
  onTouchFailed?: (error: unknown) => void;
}

const TOUCH_EVERY_MS = 60_000;
/** Ids that are asked for and do not exist are remembered too, so their number must have an end. */
const MOST_REMEMBERED = 10_000;
/** Compared against where there is no such key, so that both cases take the same time. */
const NOBODY = Buffer.alloc(32);

/** What each scope lets in: whoever operates must see what there is. */
const INCLUDED: Readonly<Record<KeyScope, readonly KeyScope[]>> = {
  ingest: ['ingest'],
  read: ['read'],
  operate: ['operate', 'read'],
};

/** Checks the tokens of requests against the stored keys, with a short memory. */
export class KeyVerifier {
  readonly #options: KeyVerifierOptions;
  readonly #trustMs: number;
  readonly #now: () => number;
  readonly #remembered = new Map<string, { until: number; key: Promise<StoredKey | null> }>();
  readonly #touchedAt = new Map<string, number>();
  readonly #touching = new Set<Promise<void>>();

  constructor(options: KeyVerifierOptions) {
    this.#options = options;
    this.#trustMs = options.trustMs ?? 10_000;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * @param token what the request carries; null where it carries none
   * @throws where the database cannot be asked: that is no verdict about the key
   */
  async verify(token: string | null): Promise<KeyVerdict> {
    const parts = token === null ? null : readToken(token);
    if (parts === null) return { kind: 'unknown' };
    const stored = await this.#lookUp(parts.id);
    const matches = timingSafeEqual(hashSecret(parts.secret), stored?.secretHash ?? NOBODY);
    if (!matches || stored === null) return { kind: 'unknown' };
    if (!INCLUDED[stored.scope].includes(this.#options.scope)) return { kind: 'wrong_scope' };
    this.#touch(stored.id);
    const { id, scope, env, serviceKey } = stored;
    return { kind: 'valid', key: { id, scope, env, serviceKey } };
  }

  /** Waits for what is still being noted. */
  async close(): Promise<void> {
    await Promise.all(this.#touching);
  }

  /** Requests that come at once ask once. A failure is not remembered. */
  #lookUp(id: string): Promise<StoredKey | null> {
    const remembered = this.#remembered.get(id);
    if (remembered !== undefined && remembered.until > this.#now()) return remembered.key;
    this.#remembered.delete(id);
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
    const key = this.#options.query((sql) => findKey(sql, id));
    const entry = { until: this.#now() + this.#trustMs, key };
    this.#remembered.set(id, entry);
    key.catch(() => {
      if (this.#remembered.get(id) === entry) this.#remembered.delete(id);
    });
    return key;
  }

  /** Beside the request, never before its answer. */
  #touch(id: string): void {
    const now = this.#now();
    if (now - (this.#touchedAt.get(id) ?? -Infinity) < TOUCH_EVERY_MS) return;
    this.#touchedAt.set(id, now);
    const touching: Promise<void> = this.#options
      .query((sql) => touchKey(sql, id))
      .catch((error: unknown) => this.#options.onTouchFailed?.(error))
      .finally(() => this.#touching.delete(touching));
    this.#touching.add(touching);
  }
}
