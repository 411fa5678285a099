/** What is usual for the workflows and steps of each name: how long they take, and how many steps a workflow has. */
import { DAY_MS, EVERYTHING, expectationKey, inSnapshot, MINUTE_MS, sumRollups } from '@wm/store';
import type { Expectations, RollupRow, Sql } from '@wm/store';
import { percentile, readDurationCounts, sampleCount } from '../statistics/duration-counts.ts';

/** Of so many days. */
const DAYS = 7;

/** With fewer that completed, the slowest says little about what is usual. */
const FEWEST = 20;

/** So old they may be before they are read anew, behind the back of whoever asks. */
const FRESH_MS = 60_000;

export interface Usual {
  expectations: Expectations;
  /** How many steps a completed run has on average; null: too few completed. */
  stepsOf: (of: { env: string; serviceKey: string; workflowName: string }) => number | null;
}

/** Reads what is usual for all names together, once a minute, whoever asks. A run is only ever compared with its own name. */
export class UsualDurations {
  readonly #sql: Sql;
  #latest: Promise<Usual> | null = null;
  #readAt = -Infinity;
  #reading = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** About a minute old where somebody asks every minute; else that of the last question. @throws the database's error */
  async read(): Promise<Usual> {
    if (this.#latest === null) {
      const first = this.#readNow();
      this.#latest = first;
      first.catch(() => (this.#latest = null));
    } else if (performance.now() - this.#readAt > FRESH_MS && !this.#reading) {
      // Whoever asks takes what there is. Should this fail, it is tried again a minute later.
      this.#readNow().then(
        (usual) => (this.#latest = Promise.resolve(usual)),
        () => {},
      );
    }
    return this.#latest;
  }

  async #readNow(): Promise<Usual> {
    this.#reading = true;
    this.#readAt = performance.now();
    try {
      const to = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
      const range = { from: to - DAYS * DAY_MS, to };
      const filter = { scope: EVERYTHING, envs: [], services: [], names: [], steps: [] };
      const groupBy = ['env', 'service', 'name', 'step'] as const;
      const question = { filter, groupBy, stepMs: null, durations: true };
      const { value } = await inSnapshot(this.#sql, (tx) =>
        Promise.all([
          sumRollups(tx, range, { ...question, of: 'workflows' }),
          sumRollups(tx, range, { ...question, of: 'steps' }),
        ]),
      );
      return usual(...value);
    } finally {
      this.#reading = false;
    }
  }
}

function usual(workflows: readonly RollupRow[], steps: readonly RollupRow[]): Usual {
  const known = [...workflows, ...steps].flatMap((row) => {
    const counts = readDurationCounts(row.durations);
    const p99 = percentile(counts, 0.99);
    return p99 === null || sampleCount(counts) < FEWEST ? [] : [{ row, p99 }];
  });
  const stepsCompleted = new Map<string, number>();
  for (const row of steps) {
    const key = JSON.stringify([row.env, row.service, row.name]);
    stepsCompleted.set(key, (stepsCompleted.get(key) ?? 0) + row.completed);
  }
  const completed = new Map(workflows.map((row) => [JSON.stringify([row.env, row.service, row.name]), row.completed]));
  return {
    expectations: Object.fromEntries(
      known.map(({ row, p99 }) => [expectationKey(row.env!, row.service!, row.name!, row.step!), p99]),
    ),
    stepsOf: ({ env, serviceKey, workflowName }) => {
      const key = JSON.stringify([env, serviceKey, workflowName]);
      const runs = completed.get(key) ?? 0;
      return runs < FEWEST ? null : Math.round((10 * (stepsCompleted.get(key) ?? 0)) / runs) / 10;
    },
  };
}
