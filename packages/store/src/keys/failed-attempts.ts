import { createHash, randomBytes } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Wrong keys from one address before it counts as guessing, and for how long they are held against it. */
export const FAILED_ATTEMPTS = { most: 20, seconds: 60 } as const;

/**
 * Addresses are counted in this many drawers, so that a crowd of them cannot fill the memory. Two that meet in a drawer
 * share its failures; that harms no one, because a good key is let in from any address.
 */
const DRAWERS = 16_384;

/** Counts failed attempts by the client's address, in this process, for a minute. */
export class FailedAttempts {
  readonly #limiter = new RateLimiterMemory({ points: FAILED_ATTEMPTS.most, duration: FAILED_ATTEMPTS.seconds });
  /** So that nobody can work out which addresses meet. */
  readonly #salt = randomBytes(16);

  /** Seconds until further attempts from there are looked at again; null: at once. */
  async blockedForSeconds(address: string): Promise<number | null> {
    const count = await this.#limiter.get(this.#drawerOf(address));
    if (count === null || count.consumedPoints < FAILED_ATTEMPTS.most || count.msBeforeNext <= 0) return null;
    return Math.ceil(count.msBeforeNext / 1_000);
  }

  async note(address: string): Promise<void> {
    await this.#limiter.penalty(this.#drawerOf(address));
  }

  #drawerOf(address: string): string {
    const hash = createHash('sha256').update(this.#salt).update(address).digest();
    return String(hash.readUInt32BE(0) % DRAWERS);
  }
}
