/**
 * A queue in which services take turns by how much they have had: the next item is of the service that had least since
 * it has been waiting, however many items another one has in the queue (start-time fair queueing).
 */
interface Item<T> {
  value: T;
  who: string;
  /** Virtual time at which its turn comes. */
  tag: number;
}

export class FairQueue<T> {
  /** Per service, in order of arrival. A service without items has no line. */
  readonly #lines = new Map<string, Item<T>[]>();
  /** Per service, the virtual time at which what it was given ends. */
  readonly #ends = new Map<string, number>();
  #now = 0;

  /** @param cost in any unit, the same for all items */
  push(who: string, value: T, cost: number): void {
    const tag = Math.max(this.#now, this.#ends.get(who) ?? 0);
    this.#ends.set(who, tag + cost);
    const line = this.#lines.get(who);
    if (line === undefined) this.#lines.set(who, [{ value, who, tag }]);
    else line.push({ value, who, tag });
  }

  /** The next item, of those services that may have a turn; undefined where there is none. */
  peek(mayGo: (who: string) => boolean = () => true): T | undefined {
    return this.#next(mayGo)?.value;
  }

  /** Takes the item that `peek` shows. */
  shift(mayGo: (who: string) => boolean = () => true): T | undefined {
    const item = this.#next(mayGo);
    if (item === undefined) return undefined;
    this.#now = Math.max(this.#now, item.tag);
    this.#lines.get(item.who)!.shift();
    this.#forgetIdle(item.who);
    return item.value;
  }

  /** Takes an item out of its line, wherever it stands. */
  remove(who: string, value: T): void {
    const line = this.#lines.get(who);
    const at = line?.findIndex((item) => item.value === value) ?? -1;
    if (at === -1) return;
    line!.splice(at, 1);
    this.#forgetIdle(who);
  }

  /** Services with items in the queue. */
  get waiting(): Iterable<string> {
    return this.#lines.keys();
  }

  /** All items, service by service. */
  *values(): Generator<T> {
    for (const line of this.#lines.values()) for (const { value } of line) yield value;
  }

  #next(mayGo: (who: string) => boolean): Item<T> | undefined {
    let next: Item<T> | undefined;
    for (const [who, [first]] of this.#lines) {
      if ((next === undefined || first!.tag < next.tag) && mayGo(who)) next = first;
    }
    return next;
  }

  /** What is past needs no memory: names are made up by those who send. */
  #forgetIdle(who: string): void {
    if (this.#lines.get(who)?.length === 0) this.#lines.delete(who);
    for (const [name, end] of this.#ends) if (end <= this.#now && !this.#lines.has(name)) this.#ends.delete(name);
    if (this.#lines.size === 0) {
      this.#ends.clear();
      this.#now = 0;
    }
  }
}
