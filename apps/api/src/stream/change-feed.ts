/** Follows the changes of all runs for everybody in this process: one listener, one reader, whoever looks. */
import type { Logger } from '@wm/runtime';
import {
  currentPlace,
  inSnapshot,
  listenForChanges,
  listRunsById,
  lookCloser,
  readChanges,
  type ChangedRun,
  type Expectations,
  type Look,
  type Sql,
  type Tx,
} from '@wm/store';
import type { UsualDurations } from '../active/expectations.ts';
import { lookKey } from './stream-filter.ts';

/** Changes gather for so long, so that nobody is told more than twice a second. */
const GATHER_MS = 500;

/** Looks this often where nobody announces anything: the word may be lost, the notes are not. */
const LOOK_MS = 1_000;

/** Pause after the database could not be asked. */
const AFTER_ERROR_MS = 1_000;

/** Beyond so many notes or runs at once it is only said that there are many. */
const MOST_NOTES = 2_000;
const MOST_RUNS = 2_000;

export interface Changes {
  /** Where to go on from, after these. */
  place: string;
  /** As of when the runs are shown, by the clock of the database. */
  asOf: Date;
  /** null: too many to tell. */
  runs: readonly ChangedRun[] | null;
  /** What is usual, to judge the runs by. */
  expectations: Expectations;
  /** By lookKey: the runs that it is true of. What is not in it was not looked for. */
  found: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface ChangeFeedOptions {
  /** The database itself: its changes are notified and numbered there. */
  sql: Sql;
  usual: UsualDurations;
  /** What is to be looked up of the runs that changed, for those who follow now. */
  looks: () => readonly Look[];
  onChanges: (changes: Changes) => void;
  logger: Logger;
}

export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  #place: string | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;
  #wake: () => void = () => {};
  #announced = false;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Begins to follow, if it does not yet. Everything that commits after it has resolved is told. @throws the database's error */
  async start(): Promise<string> {
    this.#place ??= (await inSnapshot(this.#options.sql, currentPlace)).value;
    this.#running ??= this.#run();
    return this.#place;
  }

  /** What a reader at an earlier place has missed. @throws the database's error */
  async since(place: string): Promise<Changes> {
    const { sql, usual, looks } = this.#options;
    const { expectations } = await usual.read();
    const { value, asOf } = await inSnapshot(sql, async (tx) => {
      const { place: next, runIds } = await readChanges(tx, place, MOST_NOTES);
      const isKnown = runIds !== null && runIds.length <= MOST_RUNS;
      if (!isKnown) return { place: next, runs: null, found: new Map() };
      if (runIds.length === 0) return { place: next, runs: [], found: new Map() };
      const [runs, found] = await Promise.all([listRunsById(tx, runIds), lookUp(tx, runIds, looks())]);
      return { place: next, runs: [...runs], found };
    });
    return { ...value, expectations, asOf };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { sql, logger } = this.#options;
    let unlisten: (() => Promise<void>) | null = null;
    while (!this.#stopped) {
      try {
        unlisten ??= (await listenForChanges(sql, () => this.#hear())).unlisten;
        await this.#tell();
        await this.#pause(GATHER_MS);
        if (!this.#announced) await this.#pause(LOOK_MS, true);
      } catch (error) {
        logger.warn(
          { error },
          'Changes cannot be followed just now; those who follow get them all when it works again',
        );
        await this.#pause(AFTER_ERROR_MS);
      }
    }
    await unlisten?.().catch(() => {});
  }

  #hear(): void {
    this.#announced = true;
    this.#wake();
  }

  /** @param untilHeard ends early when something is announced */
  #pause(ms: number, untilHeard = false): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake = () => (untilHeard || this.#stopped ? wake() : undefined);
    });
  }

  async #tell(): Promise<void> {
    this.#announced = false;
    const changes = await this.since(this.#place!);
    this.#place = changes.place;
    this.#options.onChanges(changes);
  }
}

async function lookUp(tx: Tx, ids: readonly string[], looks: readonly Look[]): Promise<Changes['found']> {
  if (looks.length === 0) return new Map();
  const rows = await lookCloser(tx, ids, looks);
  return new Map(
    looks.map((look, nth) => [
      lookKey(look),
      new Set(rows.filter(({ found }) => found[nth] === true).map(({ id }) => id)),
    ]),
  );
}
