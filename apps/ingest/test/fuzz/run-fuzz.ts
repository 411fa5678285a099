/** Rounds of attacks on a running system. After each the books are checked, and ordinary work must still be done. */
import * as fc from 'fast-check';
import { waitFor } from '../../../../packages/testkit/src/wait-for.ts';
import { Attacker, Finding } from './attacker.ts';
import type { HostileRequest } from './hostile-request.ts';
import { LARGE_BODY_NAMES, largeBody } from './large-bodies.ts';
import { expectOrdinaryWork } from './ordinary-work.ts';
import { everyFieldEveryValue, strangeBody } from './strange-bodies.ts';
import type { FuzzSystem } from './system.ts';
import { rawBytes, SLOW_ATTACKS, WIRE_ATTACKS } from './wire-attacks.ts';

const MB = 1024 * 1024;

/**
 * What ingest may take of the machine's memory, whatever arrives: 130 MB of Node and code; 128 MB of bodies in flight,
 * each held up to five times (as it came, as text, as a statement, as bytes for the socket); and what one body is parsed to
 * while it is read, 2,000,000 values of up to 100 bytes. The most that was measured in 10 minutes of this is 835 MB.
 */
const MEMORY_BUDGET = 1_024 * MB;

export interface FuzzOptions {
  /** One for each round; decides all that happens in it. */
  seeds: Iterable<number>;
  /** Requests by chance in a round, and large bodies besides. */
  requests: number;
  largeBodies: number;
  /** Of fast-check: goes straight to one case. */
  path?: string;
  say: (line: string) => void;
}

/**
 * Runs a round for each seed.
 *
 * @returns the figures, in words
 * @throws Error with the seed of the round, and how to see what happened again
 */
export async function runFuzz(system: FuzzSystem, options: FuzzOptions): Promise<string> {
  const attacker = new Attacker(system);
  const slow = Promise.all(SLOW_ATTACKS.map((request) => attacker.attack(request)));
  slow.catch(() => {}); // it is asked at the end
  let rounds = 0;
  let current: number | undefined;
  try {
    await inParallel(8, everyFieldEveryValue(), (request) => attacker.attack(request));
    await inParallel(8, WIRE_ATTACKS, (request) => attacker.attack(request));
    for (const seed of options.seeds) {
      current = seed;
      await attackByChance(attacker, options, seed);
      await attackByWeight(attacker, options, seed);
      const peak = await takeStock(system, attacker);
      rounds += 1;
      options.say(`seed ${seed}: ${figures(attacker)}; ingest at most ${peak} MB`);
    }
    await slow;
    await takeStock(system, attacker);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const when = current === undefined ? 'Before the first round' : `In round ${rounds}, seed ${current}`;
    const again = `npm run fuzz -- --seed ${current ?? 1} --rounds 1`;
    throw new Error(`${when}: ${message}\nThis round again: ${again}`, { cause: error });
  }
  return `${rounds} rounds: ${figures(attacker)}`;
}

/** Well-formed requests of strange content, a few at once, and bytes without form. */
async function attackByChance(attacker: Attacker, { requests, path }: FuzzOptions, seed: number): Promise<void> {
  await check('strange bodies', fc.array(strangeBody, { minLength: 1, maxLength: 3 }), attacker, {
    seed,
    path,
    numRuns: requests,
  });
  if (path !== undefined) return;
  await check(
    'raw bytes',
    rawBytes.map((request) => [request]),
    attacker,
    { seed, numRuns: requests },
  );
}

async function check(
  what: string,
  some: fc.Arbitrary<HostileRequest[]>,
  attacker: Attacker,
  parameters: { seed: number; path?: string | undefined; numRuns: number },
): Promise<void> {
  const { path, ...rest } = parameters;
  const property = fc.asyncProperty(some, async (requests) => {
    await Promise.all(requests.map((request) => attacker.attack(request)));
  });
  const result = await fc.check(property, {
    ...rest,
    ...(path === undefined ? {} : { path }),
    interruptAfterTimeLimit: 120_000,
  });
  if (!result.failed || result.counterexamplePath === null) return;
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Finding(`${what}, fast-check seed ${parameters.seed}, path "${result.counterexamplePath}": ${cause}`);
}

/** Large bodies: one after the other, then all together, in the midst of attacks on the wire. */
async function attackByWeight(attacker: Attacker, { largeBodies }: FuzzOptions, seed: number): Promise<void> {
  const from = seed * largeBodies;
  const names = Array.from(
    { length: largeBodies },
    (_, nth) => LARGE_BODY_NAMES[(from + nth) % LARGE_BODY_NAMES.length]!,
  );
  for (const name of names) await attacker.attack(await largeBody(name, String(seed)));
  const crowd = await Promise.all(names.map((name) => largeBody(name, `${seed}-crowd`)));
  const onTheWire = fc.sample(fc.shuffledSubarray([...WIRE_ATTACKS], { minLength: 20, maxLength: 40 }), {
    seed,
    numRuns: 1,
  })[0]!;
  const all = [...crowd, ...onTheWire];
  await inParallel(all.length, all, (request) => attacker.attack(request, true));
}

async function takeStock(system: FuzzSystem, { ledger }: Attacker): Promise<number> {
  await waitFor('the room for bodies to be free again', async () => {
    const text = await (await fetch(`http://127.0.0.1:${system.port}/metrics`)).text();
    return /^wm_ingest_bytes_in_flight\S* 0$/m.test(text);
  });
  const problems = await ledger.check(system.sql);
  if (problems.length > 0)
    throw new Finding(`${problems.length} entries of the ledger are wrong. ${problems.slice(0, 10).join('\n')}`);
  await expectOrdinaryWork(system);
  const died = system.problem();
  if (died !== null) throw new Finding(died);
  const { peak } = await system.memory();
  if (peak > MEMORY_BUDGET) {
    throw new Finding(`Ingest took ${Math.round(peak / MB)} MB of memory; its budget is ${MEMORY_BUDGET / MB} MB.`);
  }
  return Math.round(peak / MB);
}

function figures({ ledger: { totals }, answers }: Attacker): string {
  const byStatus = [...answers].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  const { events, accepted, duplicates, quarantined } = totals;
  return `${events} events (${accepted} stored, ${duplicates} duplicates, ${quarantined} put aside); answers ${byStatus.join(', ')}`;
}

async function inParallel<T>(most: number, items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
