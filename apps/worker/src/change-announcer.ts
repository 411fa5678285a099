/** Tells those who follow changes that there are some: after commits, beside them, and a few times a second at most. */
import { announceChanges, type Sql } from '@wm/store';
import type { Logger } from '@wm/runtime';

const EVERY_MS = 250;

export class ChangeAnnouncer {
  readonly #sql: Sql;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #announcedAt = -Infinity;

  constructor(sql: Sql, logger: Logger) {
    this.#sql = sql;
    this.#logger = logger;
  }

  /** To be called after a commit. Waits for nothing. */
  changed(): void {
    if (this.#timer !== undefined) return;
    const pause = Math.max(0, this.#announcedAt + EVERY_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#announcedAt = performance.now();
      announceChanges(this.#sql).catch((error: unknown) =>
        this.#logger.debug({ error }, 'changes were not announced; whoever follows them finds them a second later'),
      );
    }, pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
