/** A bound on the memory that the bodies of all requests take together. */
interface Waiter {
  bytes: number;
  admit: () => void;
}

/** A request that holds no more than this is small, as nearly all real ones are. */
const SMALL_BYTES = 256 * 1024;
/** This share of the room is kept for small requests, which would wait behind bodies of many megabytes. */
const KEPT_SHARE = 1 / 4;

type Size = 'small' | 'large';

export class BytesInFlight {
  readonly #capacity: number;
  readonly #waitMs: number;
  readonly #waiting: Readonly<Record<Size, Waiter[]>> = { small: [], large: [] };
  readonly #used: Record<Size, number> = { small: 0, large: 0 };

  /** @param waitMs how long a request waits for room, milliseconds */
  constructor(capacity: number, waitMs: number) {
    this.#capacity = capacity;
    this.#waitMs = waitMs;
  }

  get used(): number {
    return this.#used.small + this.#used.large;
  }

  /** What requests of that size may take, all together. */
  capacityFor(size: Size): number {
    return size === 'small' ? this.#capacity : Math.floor(this.#capacity * (1 - KEPT_SHARE));
  }

  /** Takes room, in order of asking, small requests first. False where none came free in time: then nothing was taken. */
  take(bytes: number, size: Size): Promise<boolean> {
    const line = this.#waiting[size];
    if (line.length === 0 && this.#fits(bytes, size)) {
      this.#used[size] += bytes;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const waiter = { bytes, admit: (): void => {} };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(waiter), 1);
        this.#admitWaiting();
        resolve(false);
      }, this.#waitMs);
      waiter.admit = () => {
        clearTimeout(timer);
        resolve(true);
      };
      line.push(waiter);
    });
  }

  giveBack(bytes: number, size: Size): void {
    this.#used[size] -= bytes;
    this.#admitWaiting();
  }

  /** What was small has grown. */
  countAsLarge(bytes: number): void {
    this.#used.small -= bytes;
    this.#used.large += bytes;
  }

  #fits(bytes: number, size: Size): boolean {
    if (this.used + bytes > this.#capacity) return false;
    return size === 'small' || this.#used.large + bytes <= this.capacityFor('large');
  }

  #admitWaiting(): void {
    for (const size of ['small', 'large'] as const) {
      const line = this.#waiting[size];
      for (let next = line[0]; next !== undefined && this.#fits(next.bytes, size); next = line[0]) {
        line.shift();
        this.#used[size] += next.bytes;
        next.admit();
      }
    }
  }
}

/** The room that one request holds. */
export class Room {
  readonly #all: BytesInFlight;
  #size: Size = 'small';
  #held = 0;

  constructor(all: BytesInFlight) {
    this.#all = all;
  }

  holds(bytes: number): boolean {
    return this.#bounded(bytes) <= this.#held;
  }

  /**
   * Makes sure that the request holds at least so much, or all that it may: what is larger waits until no other large
   * one is there.
   */
  async growTo(bytes: number): Promise<boolean> {
    if (this.#size === 'small' && bytes > SMALL_BYTES) {
      this.#size = 'large';
      this.#all.countAsLarge(this.#held);
    }
    if (this.holds(bytes)) return true;
    const more = this.#bounded(bytes) - this.#held;
    if (!(await this.#all.take(more, this.#size))) return false;
    this.#held += more;
    return true;
  }

  shrinkTo(bytes: number): void {
    if (bytes >= this.#held) return;
    this.#all.giveBack(this.#held - bytes, this.#size);
    this.#held = bytes;
  }

  giveBack(): void {
    this.shrinkTo(0);
  }

  #bounded(bytes: number): number {
    return Math.min(bytes, this.#all.capacityFor(this.#size));
  }
}
