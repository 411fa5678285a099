/** Rounds of attacks on a running system. After each the books are checked, and ordinary work must still be done. */
import * as fc from 'fast-check';
import { Attacker, Finding } from './attacker.ts';
import { CORPUS } from './corpus.ts';
import type { HostileRequest } from './hostile-request.ts';
import { LARGE_BODY_NAMES, largeBody } from './large-bodies.ts';
import { everyFieldEveryValue, strangeBody } from './strange-bodies.ts';
import type { FuzzSystem } from './system.ts';
import { expectEverythingFolded, MB, takeStock } from './take-stock.ts';
import { rawBytes, SLOW_ATTACKS, WIRE_ATTACKS } from './wire-attacks.ts';

export interface FuzzOptions {
  /** One for each round; decides all that happens in it. */
  seeds: Iterable<number>;
  /** Requests by chance in a round, and large bodies besides. */
  requests: number;
  largeBodies: number;
  /** Of fast-check: goes straight to one case. */
  path?: string;
  /** Ends the run early: what was sent until then is still checked. */
  signal?: AbortSignal;
  say: (line: string) => void;
}

/** What was done and seen, findings included. */
export interface FuzzReport {
  rounds: number;
  requests: number;
  events: { sent: number; accepted: number; duplicates: number; quarantined: number };
  /** By status. */
  answers: Record<string, number>;
  quarantined: Record<string, number>;
  /** The most that ingest took, in MB. */
  peakMb: number;
  /** What is wrong, and how to see it again; null: nothing. */
  finding: string | null;
}

/** Runs a round for each seed, until one finds something. */
export async function runFuzz(system: FuzzSystem, options: FuzzOptions): Promise<FuzzReport> {
  const run = new FuzzRun(system, options);
  const finding = await run.toTheEnd().then(
    () => null,
    (error: unknown) => run.describe(error),
  );
  return { ...(await run.figures()), finding };
}

class FuzzRun {
  readonly #system: FuzzSystem;
  readonly #options: FuzzOptions;
  readonly #attacker: Attacker;
  #rounds = 0;
  #current: number | undefined;

  constructor(system: FuzzSystem, options: FuzzOptions) {
    this.#system = system;
    this.#options = options;
    this.#attacker = new Attacker(system);
  }

  async toTheEnd(): Promise<void> {
    const { seeds, say } = this.#options;
    // Not beside large bodies: making those would hold up this process, and so the slow senders themselves.
    await Promise.all([
      this.#inParallel(SLOW_ATTACKS.length, SLOW_ATTACKS),
      this.#inParallel(4, everyFieldEveryValue()).then(() => this.#inParallel(8, WIRE_ATTACKS)),
    ]);
    say(`every value in every field, every attack on the wire: ${await this.#progress()}`);
    for (const [nth, { requests }] of CORPUS.entries()) {
      if (this.#isOver()) break;
      const some = await requests(`c${nth}`);
      await this.#inParallel(some.length, some, some.length > 1);
    }
    await takeStock(this.#system, this.#attacker);
    say(`corpus: ${await this.#progress()}`);
    for (const seed of seeds) {
      if (this.#isOver()) break;
      this.#current = seed;
      await this.#attackByChance(seed);
      await this.#attackByWeight(seed);
      await takeStock(this.#system, this.#attacker);
      this.#rounds += 1;
      say(`seed ${seed}: ${await this.#progress()}`);
    }
    await expectEverythingFolded(this.#system);
  }

  describe(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    const died = this.#system.problem();
    const cause = died === null || message.includes(died) ? '' : `\n${died}`;
    const when = this.#current === undefined ? 'Before the first round' : `In the round of seed ${this.#current}`;
    const again = `npm run fuzz -- --seed ${this.#current ?? 1} --rounds ${this.#current === undefined ? 0 : 1}`;
    return `${when}: ${message}${cause}\nTo see it again: ${again}`;
  }

  async figures(): Promise<Omit<FuzzReport, 'finding'>> {
    const { answers, ledger } = this.#attacker;
    const { events: sent, accepted, duplicates, quarantined } = ledger.totals;
    const byStatus = [...answers].toSorted(([a], [b]) => a - b);
    return {
      rounds: this.#rounds,
      requests: this.#attacker.requests,
      events: { sent, accepted, duplicates, quarantined },
      answers: Object.fromEntries(byStatus),
      quarantined: Object.fromEntries([...ledger.reasons].toSorted(([, a], [, b]) => b - a)),
      peakMb: Math.round((await this.#system.memory()).peak / MB),
    };
  }

  #isOver(): boolean {
    return this.#options.signal?.aborted === true;
  }

  async #progress(): Promise<string> {
    const { requests, events, answers } = await this.figures();
    const { now, peak } = await this.#system.memory();
    const byStatus = Object.entries(answers).map(([status, count]) => `${status} ${count}`);
    return (
      `${requests} requests, ${events.sent} events (${events.accepted} stored, ${events.duplicates} duplicates, ` +
      `${events.quarantined} quarantined), answers: ${byStatus.join(', ')}; ` +
      `ingest ${Math.round(now / MB)} MB, at most ${Math.round(peak / MB)} MB`
    );
  }

  /** Well-formed requests of strange content, a few at once, and bytes without form. */
  async #attackByChance(seed: number): Promise<void> {
    const { requests: numRuns, path } = this.#options;
    await this.#check('strange bodies', fc.array(strangeBody, { minLength: 1, maxLength: 3 }), { seed, path, numRuns });
    if (path !== undefined) return;
    await this.#check(
      'raw bytes',
      rawBytes.map((request) => [request]),
      { seed, numRuns },
    );
  }

  async #check(
    what: string,
    some: fc.Arbitrary<HostileRequest[]>,
    { path, ...rest }: { seed: number; path?: string | undefined; numRuns: number },
  ): Promise<void> {
    const property = fc.asyncProperty(some, async (requests) => {
      if (this.#isOver()) return;
      await Promise.all(requests.map((request) => this.#attacker.attack(request)));
    });
    const result = await fc.check(property, {
      ...rest,
      ...(path === undefined ? {} : { path }),
      interruptAfterTimeLimit: 120_000,
    });
    if (!result.failed || result.counterexamplePath === null) return;
    const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
    throw new Finding(`${what}, fast-check seed ${rest.seed}, path "${result.counterexamplePath}": ${cause}`);
  }

  /** Large bodies: one after the other, then all together, in the midst of attacks on the wire. */
  async #attackByWeight(seed: number): Promise<void> {
    const { largeBodies } = this.#options;
    const names = Array.from(
      { length: largeBodies },
      (_, nth) => LARGE_BODY_NAMES[(seed * largeBodies + nth) % LARGE_BODY_NAMES.length]!,
    );
    for (const name of names) {
      if (this.#isOver()) return;
      await this.#attacker.attack(await largeBody(name, String(seed)));
    }
    const crowd = await Promise.all(names.map((name) => largeBody(name, `${seed}-crowd`)));
    const onTheWire = fc.sample(fc.shuffledSubarray([...WIRE_ATTACKS], { minLength: 20, maxLength: 40 }), {
      seed,
      numRuns: 1,
    })[0]!;
    const all = [...crowd, ...onTheWire];
    await this.#inParallel(all.length, all, true);
  }

  async #inParallel(most: number, requests: Iterable<HostileRequest>, isCrowded = false): Promise<void> {
    const iterator = requests[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let next = iterator.next(); next.done !== true && !this.#isOver(); next = iterator.next()) {
        await this.#attacker.attack(next.value, isCrowded);
      }
    };
    await Promise.all(Array.from({ length: most }, worker));
  }
}
