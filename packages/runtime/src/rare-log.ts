import type { Logger } from './logger.ts';

const EVERY_MS = 5_000;

/** Logs a failure that may come a thousand times a second, at most once every few seconds, with how often it came. */
export class RareLog {
  readonly #logger: Logger;
  #loggedAt = -Infinity;
  #notLogged = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  warn(fields: object, message: string): void {
    const now = performance.now();
    if (now - this.#loggedAt < EVERY_MS) {
      this.#notLogged += 1;
      return;
    }
    this.#logger.warn({ ...fields, notLoggedSince: this.#notLogged }, message);
    this.#loggedAt = now;
    this.#notLogged = 0;
  }
}
