import { timingSafeEqual } from 'node:crypto';
import type { Sql } from '../client.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { KeyMemory } from './key-memory.ts';
import { hashSecret, readToken } from './key-token.ts';
import type { KeyScope } from './key-token.ts';
import { touchKey } from './touch-key.ts';

/** Whom a request comes from, and what it may touch. */
export interface VerifiedKey {
  id: string;
  /** What people call it. */
  name: string;
  /** The scope that was asked for, or one that includes it. */
  scope: KeyScope;
  /** null: every environment. */
  env: string | null;
  /** null: every service. */
  serviceKey: string | null;
}

/** What a request shows of itself. */
export interface Credentials {
  /** null: it carries none. */
  token: string | null;
  /** What the key must be for. */
  scope: KeyScope;
  /** Where it comes from: failed attempts are counted by it. */
  address: string;
}

export type KeyVerdict =
  | { kind: 'valid'; key: VerifiedKey }
  | { kind: 'missing' }
  /** No such key, a wrong secret, a revoked or an expired key. A client is not told which. */
  | { kind: 'unknown' }
  /** The same, from an address with many failed attempts: it was not looked for in the database. */
  | { kind: 'limited'; retryAfterSeconds: number }
  /** A key, but for something else. */
  | { kind: 'wrong_scope' };

/** Why a request was not let in. */
export type AuthFailure = Exclude<KeyVerdict['kind'], 'valid'>;

export interface KeyVerifierOptions {
  /** Runs a query; `(work) => work(sql)` where nothing more is wanted. */
  query: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** How long an answer of the database is trusted, milliseconds; 10,000 where absent. */
  trustMs?: number;
  /** Milliseconds of any clock that does not go back. */
  now?: () => number;
  /** Told when last_used_at could not be written; nothing depends on it. */
  onTouchFailed?: (error: unknown) => void;
  /** Told of each request that was not let in. */
  onFailure?: (failure: AuthFailure, address: string) => void;
}

/** A revoked key is refused at the latest after this time. */
const KEY_TRUST_MS = 10_000;
const TOUCH_EVERY_MS = 60_000;
/** Compared against where there is no such key, so that both cases take the same time. */
const NOBODY = Buffer.alloc(32);

/** What each scope lets in: whoever operates must see what there is. */
const INCLUDED: Readonly<Record<KeyScope, readonly KeyScope[]>> = {
  ingest: ['ingest'],
  read: ['read'],
  operate: ['operate', 'read', 'metrics'],
  metrics: ['metrics'],
};

/**
 * Checks the tokens of requests against the stored keys, from memory: the database is asked for all keys every ten
 * seconds, and for a token that is not among them, unless its address has sent many that were wrong. A good key is let
 * in from any address, so that nobody is locked out by a neighbour behind the same one.
 */
export class KeyVerifier {
  readonly #options: KeyVerifierOptions;
  readonly #now: () => number;
  readonly #memory: KeyMemory;
  readonly #failed = new FailedAttempts();
  readonly #touchedAt = new Map<string, number>();
  readonly #touching = new Set<Promise<void>>();

  constructor(options: KeyVerifierOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#memory = new KeyMemory({ query: options.query, trustMs: options.trustMs ?? KEY_TRUST_MS, now: this.#now });
  }

  /** @throws where the database cannot be asked: that is no verdict about the key */
  async verify(credentials: Credentials): Promise<KeyVerdict> {
    const verdict = await this.#judge(credentials);
    if (verdict.kind === 'valid') this.#touch(verdict.key.id);
    else this.#options.onFailure?.(verdict.kind, credentials.address);
    return verdict;
  }

  /** Waits for what is still being noted. */
  async close(): Promise<void> {
    await Promise.all(this.#touching);
  }

  async #judge({ token, scope, address }: Credentials): Promise<KeyVerdict> {
    if (token === null) return { kind: 'missing' };
    const parts = readToken(token);
    const blockedFor = await this.#failed.blockedForSeconds(address);
    // Figures must be seen while the database is away, or an outage of it looks like one of every service.
    const asLastKnown = scope === 'metrics';
    const stored = parts === null ? null : await this.#memory.find(parts.id, blockedFor === null, asLastKnown);
    const matches = timingSafeEqual(hashSecret(parts?.secret ?? ''), stored?.secretHash ?? NOBODY);
    if (!matches || stored === null) {
      if (blockedFor !== null) return { kind: 'limited', retryAfterSeconds: blockedFor };
      await this.#failed.note(address);
      return { kind: 'unknown' };
    }
    // A row of a later version may hold a scope that this code does not know: it lets nobody in.
    const included: readonly KeyScope[] = INCLUDED[stored.scope] ?? [];
    if (!included.includes(scope)) return { kind: 'wrong_scope' };
    const { id, name, env, serviceKey } = stored;
    return { kind: 'valid', key: { id, name, scope: stored.scope, env, serviceKey } };
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
