/** Pages through whole lists while the simulator writes: each row that was there throughout must be shown once. */
import { setTimeout as pause } from 'node:timers/promises';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { requestsOf } from '../workload.ts';
import { prepare, postAll } from '../pipeline/post.ts';
import { openAsker } from './ask.ts';
import { pageThrough } from './paging.ts';

export interface PagingFigures {
  readonly order: string;
  readonly rows: number;
  readonly pages: number;
  readonly seconds: number;
  /** Events that were taken in meanwhile. */
  readonly written: number;
  /** Rows that were shown more than once. */
  readonly twice: number;
  /** Rows that fitted throughout and were not shown. */
  readonly missed: number;
}

export interface PagingOptions {
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly ingestUrl: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const ORDERS = [
  ['by start, newest first', '/v1/workflows?runs=all'],
  ['by start, oldest first', '/v1/workflows?runs=all&order=asc'],
  ['by id', '/v1/workflows?runs=all&sort=id'],
  ['by end, completed', '/v1/workflows?status=completed&sort=finished'],
] as const;

const EVENTS_AT_ONCE = 400;
const REQUESTS_A_SECOND = 50;

/** Everything in the store fits all but the last order, so that as many rows are paged through as it holds. */
export async function pageWhileWritten(options: PagingOptions): Promise<PagingFigures[]> {
  const sql = createSql(options.databaseUrl, { applicationName: 'wm-bench', max: 1 });
  const figures: PagingFigures[] = [];
  try {
    for (const [index, [order, path]] of ORDERS.entries()) {
      options.signal.throwIfAborted();
      figures.push(await pageOnce(sql, { ...options, seed: options.seed + 1_000 * index }, order, path));
    }
  } finally {
    await sql.end();
  }
  return figures;
}

async function pageOnce(sql: Sql, options: PagingOptions, order: string, path: string): Promise<PagingFigures> {
  const throughout = await idsOf(sql, path.includes('completed'));
  const asker = openAsker(options.apiUrl);
  const begun = performance.now();
  const paging = new AbortController();
  const writing = write(options, paging.signal);
  // Its failure is told where it is awaited.
  writing.catch(() => {});
  try {
    // A page that is asked for before anything was written proves nothing.
    await written(sql, begun, options.signal);
    const paged = await pageThrough(asker, path, throughout);
    paging.abort();
    return {
      order,
      rows: paged.rows,
      pages: paged.pages,
      seconds: (performance.now() - begun) / 1_000,
      written: await writing,
      twice: paged.twice.length,
      missed: paged.missed.length,
    };
  } finally {
    paging.abort();
    await Promise.allSettled([writing]);
    asker.close();
  }
}

/** Of runs that are over: nothing is heard of them any more, so they fit throughout and stay where they are. */
async function idsOf(sql: Sql, completedOnly: boolean): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM workflows
    WHERE ${completedOnly ? sql`status = 'completed' AND latest` : sql`status IN ('completed', 'failed', 'cancelled')`}`;
  return new Set(rows.map(({ id }) => id));
}

/** Posts workflows that begin about now until it is told to stop. Resolves to how many events were accepted. */
async function write({ ingestUrl, seed }: PagingOptions, signal: AbortSignal): Promise<number> {
  let events = 0;
  for (let turn = 0; !signal.aborted; turn += 1) {
    const requests = requestsOf(Date.now() + seed + turn, EVENTS_AT_ONCE, Date.now() - LATELY_MS);
    await postAll(ingestUrl, prepare(requests), REQUESTS_A_SECOND);
    events += requests.reduce((sum, request) => sum + request.events.length, 0);
  }
  return events;
}

const LATELY_MS = 60_000;
const LOOK_EVERY_MS = 20;
const WRITTEN_WITHIN_MS = 30_000;

async function written(sql: Sql, begun: number, signal: AbortSignal): Promise<void> {
  const [before] = await sql<[{ at: Date | null }]>`SELECT max(updated_at) AS at FROM workflows`;
  for (;;) {
    const [row] = await sql<[{ found: boolean }]>`
      SELECT EXISTS (SELECT FROM workflows WHERE updated_at > ${before.at ?? new Date(0)}) AS found`;
    if (row.found) return;
    signal.throwIfAborted();
    if (performance.now() - begun > WRITTEN_WITHIN_MS) throw new Error('Nothing that is written arrives in the lists.');
    await pause(LOOK_EVERY_MS);
  }
}
