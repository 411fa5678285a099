/** A bound on the memory that the bodies of all requests take together. */
interface Waiter {
  bytes: number;
  admit: () => void;
}

export class BytesInFlight {
  readonly #capacity: number;
  readonly #waitMs: number;
  readonly #waiting: Waiter[] = [];
  #used = 0;

  /** @param waitMs how long a request waits for room, milliseconds */
  constructor(capacity: number, waitMs: number) {
    this.#capacity = capacity;
    this.#waitMs = waitMs;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes room, in order of asking. False where none came free in time: then nothing was taken. */
  take(bytes: number): Promise<boolean> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#used += bytes;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const waiter = { bytes, admit: (): void => {} };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        this.#admitWaiting();
        resolve(false);
      }, this.#waitMs);
      waiter.admit = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#waiting.push(waiter);
    });
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
    this.#admitWaiting();
  }

  /** What is larger than everything is let in alone: other limits have let it pass. */
  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#capacity;
  }

  #admitWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.admit();
    }
  }
}

/** The room that one request holds. */
export class Room {
  readonly #all: BytesInFlight;
  #held = 0;

  constructor(all: BytesInFlight) {
    this.#all = all;
  }

  holds(bytes: number): boolean {
    return bytes <= this.#held;
  }

  /** Makes sure that the request holds at least so much. */
  async growTo(bytes: number): Promise<boolean> {
    if (this.holds(bytes)) return true;
    const more = bytes - this.#held;
    if (!(await this.#all.take(more))) return false;
    this.#held += more;
    return true;
  }

  giveBack(): void {
    if (this.#held > 0) this.#all.giveBack(this.#held);
    this.#held = 0;
  }
}
