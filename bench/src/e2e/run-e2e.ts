/** Rounds of all contestants, each in a new database, in an order that moves on from round to round. */
import { inNewDatabase } from '../bench-database.ts';
import { runDocumentLoop } from '../document-loop/document-loop.ts';
import { runFloor } from '../floor/floor.ts';
import type { FinalRows } from '../floor/final-rows.ts';
import { eventCount } from '../measurement.ts';
import { microsPerEvent } from '../pipeline/processor-time.ts';
import type { BenchRedis } from '../pipeline/redis.ts';
import type { Servers } from '../servers.ts';
import { createWorkload } from '../workload.ts';
import { measurePipeline } from './measure-pipeline.ts';
import type { PipelineMeasurement } from './measure-pipeline.ts';

export interface E2eOptions {
  readonly events: number;
  /** Events of the document's loop: its rate does not depend on how many there are, and it would take most of the time. */
  readonly loopEvents: number;
  readonly repeats: number;
  readonly workers: number;
  readonly seed: number;
  readonly halfRateSeconds: number;
}

export interface BaselineMeasurement {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Processor time, microseconds per event. */
  readonly processorMicros: Readonly<Record<'client' | 'postgres', number>>;
}

export interface Round {
  readonly loop: BaselineMeasurement;
  readonly floor: BaselineMeasurement;
  /** null: there is no redis-server. */
  readonly redis: PipelineMeasurement | null;
  readonly postgres: PipelineMeasurement;
}

export const FULL: E2eOptions = {
  events: 40_000,
  loopEvents: 6_000,
  repeats: 3,
  workers: 1,
  seed: 1,
  halfRateSeconds: 10,
};

/** Ends in less than two minutes. */
export const QUICK: E2eOptions = { ...FULL, events: 20_000, loopEvents: 2_000, halfRateSeconds: 4 };

type Contestant = keyof Round;

/** The floor needs the rows of a pipeline: it never comes first in the first three rounds, and later those of the round before do. */
const ORDER: readonly Contestant[] = ['loop', 'redis', 'postgres', 'floor'];

export async function runE2e(options: E2eOptions, servers: Servers): Promise<Round[]> {
  const rounds: Round[] = [];
  const contest = new Contest(options, servers);
  for (let round = 1; round <= options.repeats; round += 1) rounds.push(await contest.round(round));
  return rounds;
}

class Contest {
  readonly #options: E2eOptions;
  readonly #servers: Servers;
  readonly #workload;
  readonly #loopWorkload;
  #rows: FinalRows | null = null;

  constructor(options: E2eOptions, servers: Servers) {
    this.#options = options;
    this.#servers = servers;
    this.#workload = createWorkload(options.seed, options.events);
    this.#loopWorkload = createWorkload(options.seed, options.loopEvents, options.loopEvents / 4);
  }

  async round(round: number): Promise<Round> {
    const first = (round - 1) % ORDER.length;
    const results: Partial<Record<Contestant, Round[Contestant]>> = {};
    for (const name of [...ORDER.slice(first), ...ORDER.slice(0, first)]) {
      const result = await inNewDatabase(this.#servers.admin, `${name}_${round}`, (url) => this.#run(name, url));
      results[name] = result;
      if (result !== null) this.#servers.say(`  round ${round}: ${name} ${result.eventsPerSecond.toFixed(0)} events/s`);
    }
    return results as unknown as Round;
  }

  #run(name: Contestant, url: string): Promise<Round[Contestant]> {
    switch (name) {
      case 'loop':
        return this.#loop(url);
      case 'floor':
        return this.#floor(url);
      case 'redis':
        return this.#servers.redis === null ? Promise.resolve(null) : this.#pipeline(url, this.#servers.redis);
      case 'postgres':
        return this.#pipeline(url, null);
    }
  }

  async #loop(url: string): Promise<BaselineMeasurement> {
    const { seconds, events, processor } = await runDocumentLoop(url, this.#loopWorkload, this.#servers.postgresPid);
    return { events, eventsPerSecond: events / seconds, processorMicros: microsPerEvent(processor, events) };
  }

  async #floor(url: string): Promise<BaselineMeasurement> {
    if (this.#rows === null) throw new Error('The floor came before any pipeline: there are no rows to copy.');
    const events = eventCount(this.#workload.measured);
    const { seconds, processor } = await runFloor(url, this.#servers.postgresPid, this.#rows, events);
    return { events, eventsPerSecond: events / seconds, processorMicros: microsPerEvent(processor, events) };
  }

  async #pipeline(databaseUrl: string, redis: BenchRedis | null): Promise<PipelineMeasurement> {
    const { postgresPid } = this.#servers;
    const { workers, halfRateSeconds, seed } = this.#options;
    const run = await measurePipeline(this.#workload, {
      databaseUrl,
      postgresPid,
      redis,
      workers,
      halfRateSeconds,
      seed,
    });
    this.#rows = run.rows;
    return run.measurement;
  }
}
