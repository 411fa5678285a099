import { prepareQueue, queueTarget } from '@wm/queue';
import { createSql, makeSpans } from '@wm/store';
import type { Sql } from '@wm/store';
import { startServiceProcess } from '../pipeline/service-process.ts';
import type { ServiceProcess } from '../pipeline/service-process.ts';
import { openAsker } from './ask.ts';
import type { Asker } from './ask.ts';
import { namedQueries } from './named-queries.ts';
import type { NamedQuery } from './named-queries.ts';
import { cursorBehind } from './paging.ts';
import { logged } from './plans.ts';
import { findSamples } from './samples.ts';
import type { Samples } from './samples.ts';

/** A loaded store with an api on it. */
export interface StoreToAsk {
  /** Workflows stored. */
  readonly size: number;
  /** Over which they began. */
  readonly days: number;
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly apiPid: number;
  readonly asker: Asker;
  readonly samples: Samples;
  /** The same on every store, in the same order, but for what they name. */
  readonly queries: readonly NamedQuery[];
  /** A connection to its database. */
  readonly sql: Sql;
  close(): Promise<void>;
}

/** Pages of 200 before the one far down the list. */
const DEEP_PAGES = 100;

export interface StoreOptions {
  readonly databaseUrl: string;
  readonly size: number;
  readonly days: number;
  /** Queries with this in their name. */
  readonly only: string;
  /** The program of the api; the source of this tree where absent. */
  readonly api?: string;
}

/** Starts an api on a store and looks for what to ask it. */
export async function openStore({ databaseUrl, size, days, only, api: program }: StoreOptions): Promise<StoreToAsk> {
  // As in every store that is used. Without its tables the pipeline's answer is that of a queue that cannot be reached.
  await prepareQueue(queueTarget({ databaseUrl, redisUrl: null }));
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 1 });
  // As upkeep does every half minute, which what bench:scale left in a kept store has not seen.
  while ((await makeSpans(sql))?.more === true);
  const api = await startApi(databaseUrl, program);
  const asker = openAsker(api.url);
  const close = async (): Promise<void> => {
    asker.close();
    await api.stop();
    await sql.end();
  };
  try {
    const samples = await findSamples(sql, days);
    const deepCursor = await cursorBehind(asker, '/v1/workflows', DEEP_PAGES);
    const queries = namedQueries(samples, deepCursor).filter(({ name }) => name.includes(only));
    return { size, days, databaseUrl, apiUrl: api.url, apiPid: api.pid, asker, samples, queries, sql, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An api of which the server logs the plan of every query. */
export function startLoggedApi(databaseUrl: string, program: string): Promise<ServiceProcess> {
  return startApi(logged(databaseUrl), program);
}

function startApi(databaseUrl: string, program: string | undefined): Promise<ServiceProcess> {
  return startServiceProcess('api', { DATABASE_URL: databaseUrl, REDIS_URL: '' }, program);
}
