/**
 * Decides whose body is parsed next. What is parsed must be committed within the time that its client waits, so only so
 * much is let in as PostgreSQL is given at once; more would be parsed for nothing. Services take turns, and where several
 * are there, none has more than its share under way: one that floods waits for itself.
 */
import { FairQueue } from './fair-queue.ts';

/** A request that is being worked on. */
export interface Turn {
  /** How much of what may be under way it is: 1 for what is written in one statement. */
  weigh(weight: number): void;
  /** To be called once. */
  end(): void;
}

/**
 * After each round of them the event loop sees to its sockets for this share of the time that they took. It accepts one
 * connection a round: with hundreds that come at once, and a body parsed in each round, the last would wait for seconds.
 */
const SHARE_OF_SOCKETS = 0.1;
/** Small bodies are parsed in one round up to this time: a round of the event loop for each costs as much as its parsing. */
const ROUND_MS = 1;

export class Turns {
  readonly #most: number;
  readonly #waitMs: number;
  readonly #queue = new FairQueue<() => void>();
  /** What is under way, by service. Those with nothing are not in it. */
  readonly #underWay = new Map<string, { turns: number; weight: number }>();
  #soon = false;

  /**
   * @param most weight that is under way at once; a service with nothing under way is always let in
   * @param waitMs how long a request waits for its turn, milliseconds
   */
  constructor(most: number, waitMs: number) {
    this.#most = most;
    this.#waitMs = waitMs;
  }

  /**
   * Resolves when the turn of a request has come; null where that took too long. The caller parses at once, because the
   * next one is let in behind it.
   *
   * @param who the service that sends
   * @param cost of the work, in any unit that is the same for all
   */
  take(who: string, cost: number): Promise<Turn | null> {
    return new Promise((resolve) => {
      const letIn = (): void => {
        clearTimeout(timer);
        resolve(this.#begin(who));
      };
      const timer = setTimeout(() => {
        this.#queue.remove(who, letIn);
        resolve(null);
      }, this.#waitMs);
      this.#queue.push(who, letIn, cost);
      this.#schedule();
    });
  }

  #begin(who: string): Turn {
    const all = this.#underWay.get(who) ?? { turns: 0, weight: 0 };
    this.#underWay.set(who, all);
    all.turns += 1;
    let own = 0;
    return {
      weigh: (weight) => {
        all.weight += weight - own;
        own = weight;
      },
      end: () => {
        all.turns -= 1;
        all.weight -= own;
        if (all.turns === 0) this.#underWay.delete(who);
        this.#schedule();
      },
    };
  }

  #schedule(): void {
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => this.#letIn(performance.now()));
  }

  #letIn(begun: number): void {
    const share = this.#most / this.#active();
    const letIn = this.#queue.shift((who) => (this.#underWay.get(who)?.weight ?? 0) < share);
    if (letIn === undefined) {
      this.#soon = false;
      return;
    }
    letIn();
    // The caller parses in the microtask before this one, so that its weight is known when the next one is let in.
    queueMicrotask(() => {
      const worked = performance.now() - begun;
      if (worked < ROUND_MS) this.#letIn(begun);
      else setImmediate(() => this.#letInAfter(performance.now() + worked * SHARE_OF_SOCKETS));
    });
  }

  #letInAfter(time: number): void {
    const now = performance.now();
    if (now >= time) this.#letIn(now);
    else setImmediate(() => this.#letInAfter(time));
  }

  /** Services that wait or have something under way. */
  #active(): number {
    let count = this.#underWay.size;
    for (const who of this.#queue.waiting) if (!this.#underWay.has(who)) count += 1;
    return Math.max(1, count);
  }
}
