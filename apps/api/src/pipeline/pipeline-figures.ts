/** The figures of the whole pipeline for /metrics: read together, seldom, and within a bound. */
import type { QueueCounts } from '@wm/queue';
import { RareLog, type Logger } from '@wm/runtime';
import {
  countBacklog,
  countOpenQuarantined,
  countPoisoned,
  countRebuilds,
  createSql,
  EVERYTHING,
  readLag,
  readPartitionEnd,
  readPipelineCounters,
  readProjectionTarget,
  readQuarantineBytes,
  readVerifyWalk,
  type Sql,
} from '@wm/store';

/** How long a reading holds, so that many scrapers cost as much as one. */
const FRESH_MS = 2_000;
/** The server ends a statement after this time. */
const STATEMENT_TIMEOUT_MS = 2_000;
/** A server that says nothing: Prometheus itself waits for 10 s. */
const READ_TIMEOUT_MS = 4_000;

/** What each statement answers. */
const QUESTIONS = {
  lagMs: readLag,
  backlog: async (sql: Sql) => [...(await countBacklog(sql))],
  quarantineOpen: countOpenQuarantined,
  quarantineBytes: (sql: Sql) => readQuarantineBytes(sql),
  poisoned: async (sql: Sql) => (await countPoisoned(sql, EVERYTHING))[0]?.poisoned ?? 0,
  counters: async (sql: Sql) => new Map((await readPipelineCounters(sql)).map(({ name, value }) => [name, value])),
  projectionTarget: async (sql: Sql) => (await readProjectionTarget(sql))[0]?.version ?? null,
  rebuilds: (sql: Sql) => countRebuilds(sql, {}),
  verifyWalk: readVerifyWalk,
  partitionEnd: readPartitionEnd,
} satisfies Record<string, (sql: Sql) => Promise<unknown>>;

type Questions = typeof QUESTIONS;

/** null: not known now. */
export type PipelineFigures = {
  [Name in keyof Questions]: Awaited<ReturnType<Questions[Name]>> | null;
} & {
  queue: QueueCounts | null;
  /** Whether every statement was answered. The queue may be away all the same. */
  complete: boolean;
};

export interface FiguresOptions {
  databaseUrl: string;
  /** null: the queue did not answer in time. Never throws. */
  queueCounts: () => Promise<QueueCounts | null>;
  logger: Logger;
}

/** Reads the figures, on connections of its own that no question of a person waits for. */
export class PipelineReader {
  readonly #options: FiguresOptions;
  readonly #log: RareLog;
  #sql: Sql | null = null;
  #latest: Promise<PipelineFigures> | null = null;
  #readAt = -Infinity;

  constructor(options: FiguresOptions) {
    this.#options = options;
    this.#log = new RareLog(options.logger);
  }

  /** What is known, at most two seconds old. Never rejects, and takes at most four seconds. */
  read(): Promise<PipelineFigures> {
    const now = performance.now();
    if (this.#latest !== null && now - this.#readAt < FRESH_MS) return this.#latest;
    this.#readAt = now;
    this.#latest = this.#readNow();
    return this.#latest;
  }

  async close(): Promise<void> {
    await this.#sql?.end({ timeout: 1 });
  }

  async #readNow(): Promise<PipelineFigures> {
    const sql = (this.#sql ??= this.#connect());
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), READ_TIMEOUT_MS);
    let error: unknown;
    const ask = async ([name, question]: [string, (sql: Sql) => Promise<unknown>]): Promise<[string, unknown]> => {
      try {
        return [name, await orAborted(question(sql), late.signal)];
      } catch (cause) {
        error = cause;
        return [name, null];
      }
    };
    const [queue, ...answers] = await Promise.all([this.#options.queueCounts(), ...Object.entries(QUESTIONS).map(ask)]);
    clearTimeout(timer);
    if (late.signal.aborted) this.#disconnect(sql);
    if (error !== undefined)
      this.#log.warn({ error }, 'Some figures of the pipeline cannot be read; /metrics shows the others');
    return { ...(Object.fromEntries(answers) as PipelineFigures), queue, complete: error === undefined };
  }

  #connect(): Sql {
    return createSql(this.#options.databaseUrl, {
      applicationName: 'wm-api-metrics',
      max: 2,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
  }

  /** Its connections may never answer again; the next reading makes new ones. */
  #disconnect(sql: Sql): void {
    this.#sql = null;
    sql.end({ timeout: 0 }).catch(() => {});
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`No answer within ${READ_TIMEOUT_MS} ms`)));
    work.then(resolve, reject);
  });
}
