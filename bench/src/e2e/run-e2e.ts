/** Rounds of all contestants, each in a new database, in an order that moves on from round to round. */
import { inNewDatabase } from '../bench-database.ts';
import { runDocumentLoop } from '../document-loop/document-loop.ts';
import { runFloor } from '../floor/floor.ts';
import type { FinalRows } from '../floor/final-rows.ts';
import type { FloorWay } from '../floor/ways.ts';
import { eventCount } from '../measurement.ts';
import { microsPerEvent } from '../pipeline/processor-time.ts';
import type { Timed } from '../pipeline/processor-time.ts';
import type { BenchRedis } from '../pipeline/redis.ts';
import type { Servers } from '../servers.ts';
import { createWorkload } from '../workload.ts';
import { measurePipeline } from './measure-pipeline.ts';
import type { PipelineMeasurement } from './measure-pipeline.ts';

export interface E2eOptions {
  readonly events: number;
  /** Events of the document's loop: its rate does not depend on how many there are, and it would take most of the time. */
  readonly loopEvents: number;
  /**
   * Events before the measured ones, for about as many seconds in the pipeline and in the loop: V8 goes on compiling for tens of
   * thousands of events, and what runs for weeks is done with that.
   */
  readonly warmUpEvents: number;
  readonly loopWarmUpEvents: number;
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
  readonly floor: Readonly<Record<FloorWay, BaselineMeasurement>>;
  /** null: there is no redis-server. */
  readonly redis: PipelineMeasurement | null;
  readonly postgres: PipelineMeasurement;
}

export const FULL: E2eOptions = {
  events: 100_000,
  loopEvents: 6_000,
  warmUpEvents: 60_000,
  loopWarmUpEvents: 4_000,
  repeats: 3,
  workers: 1,
  seed: 1,
  halfRateSeconds: 10,
};

/** Ends in less than two minutes. */
export const QUICK: E2eOptions = { ...FULL, events: 24_000, warmUpEvents: 30_000, repeats: 2, halfRateSeconds: 3 };

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
    this.#workload = createWorkload(options.seed, options.events, options.warmUpEvents);
    this.#loopWorkload = createWorkload(options.seed, options.loopEvents, options.loopWarmUpEvents);
  }

  async round(round: number): Promise<Round> {
    const first = (round - 1) % ORDER.length;
    const results: Partial<Record<Contestant, Round[Contestant]>> = {};
    for (const name of [...ORDER.slice(first), ...ORDER.slice(0, first)]) {
      this.#servers.say(`  round ${round}: ${name} …`);
      results[name] = await this.#run(name, `${name}_${round}`);
    }
    return results as unknown as Round;
  }

  #run(name: Contestant, database: string): Promise<Round[Contestant]> {
    switch (name) {
      case 'loop':
        return this.#loop(database);
      case 'floor':
        return this.#floors(database);
      case 'redis':
        return this.#servers.redis === null ? Promise.resolve(null) : this.#pipeline(database, this.#servers.redis);
      case 'postgres':
        return this.#pipeline(database, null);
    }
  }

  async #loop(database: string): Promise<BaselineMeasurement> {
    const { admin, postgresPid } = this.#servers;
    const { events, ...loop } = await inNewDatabase(admin, database, (url) =>
      runDocumentLoop(url, this.#loopWorkload, postgresPid),
    );
    return this.#baseline(loop, events);
  }

  async #floors(database: string): Promise<Record<FloorWay, BaselineMeasurement>> {
    const fastest = await this.#floor(database, 'fastest');
    const oneConnection = await this.#floor(database, 'oneConnection');
    return { fastest, oneConnection, inBatches: await this.#floor(database, 'inBatches') };
  }

  async #floor(database: string, way: FloorWay): Promise<BaselineMeasurement> {
    const rows = this.#rows;
    if (rows === null) throw new Error('The floor came before any pipeline: there are no rows to copy.');
    const { admin, postgresPid } = this.#servers;
    const events = eventCount(this.#workload.measured);
    const floor = await inNewDatabase(admin, `${database}_${way}`, (databaseUrl) =>
      runFloor(rows, { databaseUrl, postgresPid, events, way }),
    );
    return this.#baseline(floor, events);
  }

  #baseline({ seconds, processor }: Timed<'postgres'>, events: number): BaselineMeasurement {
    const eventsPerSecond = events / seconds;
    this.#servers.say(`    ${eventsPerSecond.toFixed(0)} events/s`);
    return { events, eventsPerSecond, processorMicros: microsPerEvent(processor, events) };
  }

  async #pipeline(database: string, redis: BenchRedis | null): Promise<PipelineMeasurement> {
    const { admin, postgresPid } = this.#servers;
    const { workers, halfRateSeconds, seed } = this.#options;
    const run = await inNewDatabase(admin, database, (databaseUrl) =>
      measurePipeline(this.#workload, { databaseUrl, postgresPid, redis, workers, halfRateSeconds, seed }),
    );
    this.#rows = run.rows;
    this.#servers.say(`    ${run.measurement.eventsPerSecond.toFixed(0)} events/s`);
    return run.measurement;
  }
}
