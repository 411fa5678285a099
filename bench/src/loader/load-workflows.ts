/** Fills an empty store with workflows as they would stand there after some days of use. */
import { PROJECTION_VERSION } from '@wm/projection';
import { createSql, migrate, requestStaleRebuilds } from '@wm/store';
import type { Sql } from '@wm/store';
import { bareTables, FILLED_TABLES } from './bare-tables.ts';
import type { BareTables } from './bare-tables.ts';
import { fillRollups, fillServices, fillSpans } from './fill-rollups.ts';
import { generate } from './generate.ts';
import type { Progress } from './progress.ts';

/** Made from the others, with their indexes. */
const MADE_TABLES = ['services', 'service_environments', 'rollup_spans', 'rollup_error_spans', 'rollup_group_spans'];

export interface LoadOptions {
  readonly url: string;
  readonly workflows: number;
  /** Over how many days up to now they begin, at most 365; thirty where absent. */
  readonly days?: number;
  readonly seed: number;
  /** Processes that make the rows. */
  readonly generators: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface Loaded {
  readonly workflows: number;
  readonly events: number;
  readonly seconds: number;
}

export const USUAL_DAYS = 30;
/** The months of the log reach back a little further. */
const MOST_DAYS = 365;
/** Some events are older than the start of their run. */
const SLACK_DAYS = 2;
const DAY_MS = 86_400_000;
const CONNECTIONS = 2;

/**
 * Migrates the database, fills it and leaves it as if it had grown so: every index, partition, rollup and service row, vacuumed and
 * analyzed.
 *
 * @throws where the store is not empty or the days are none (nothing is changed then), or a part fails, or the signal comes: then the tables
 *   are empty again
 */
export async function loadWorkflows(options: LoadOptions): Promise<Loaded> {
  const { url, workflows, days = USUAL_DAYS, seed, progress, signal } = options;
  expectSpan(days);
  await migrate(url, { projectionVersion: PROJECTION_VERSION });
  const sql = createSql(url, { applicationName: 'wm-load', max: CONNECTIONS, idleInTransactionTimeoutMs: 0 });
  try {
    await expectEmpty(sql);
    await finishStaleWalk(sql);
    const begun = performance.now();
    const now = Date.now();
    const bare = await bareTables(sql, now - (days + SLACK_DAYS) * DAY_MS, now);
    let events: number;
    try {
      events = await generate({ ...options, population: { seed, workflows, days, now }, months: bare.months });
      await progress.step('rollups and services', async () => {
        await fillServices(sql);
        await fillRollups(sql);
      });
      signal.throwIfAborted();
      await makeIndexes(sql, bare, options);
      await progress.step('sums of the rollups', () => fillSpans(sql));
    } catch (error) {
      await restoreEmpty(sql, bare);
      throw error;
    }
    await vacuum(sql, bare, options);
    return { workflows, events, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await sql.end();
  }
}

/** @throws where a store cannot span so many days */
export function expectSpan(days: number): void {
  if (days > 0 && days <= MOST_DAYS) return;
  throw new Error(`The workflows of a store begin within at most ${MOST_DAYS} days, not ${days}. Nothing was changed.`);
}

async function expectEmpty(sql: Sql): Promise<void> {
  const [row] = await sql<[{ filled: boolean }]>`
    SELECT EXISTS (SELECT FROM workflow_events) OR EXISTS (SELECT FROM workflows) AS filled`;
  if (!row.filled) return;
  throw new Error(
    'This database holds events already, and the loader fills only an empty one. Nothing was changed. Name another database.',
  );
}

/**
 * The first workers on a store go through all workflows once for rows of another version. There are none: in a store that
 * has grown that was long ago.
 */
export async function finishStaleWalk(sql: Sql): Promise<void> {
  for (;;) {
    if ((await requestStaleRebuilds(sql, PROJECTION_VERSION, 'wm-worker')) === 'finished') return;
  }
}

/** Two at once, the largest tables first. */
async function makeIndexes(sql: Sql, bare: BareTables, { progress, signal }: LoadOptions): Promise<void> {
  const waiting = bare.indexes.values();
  const inTurn = async (): Promise<void> => {
    const connection = await sql.reserve();
    try {
      await connection`SET maintenance_work_mem = '1GB'`;
      for (const { name, definition } of waiting) {
        signal.throwIfAborted();
        await progress.step(`index ${name}`, () => connection.unsafe(definition));
      }
    } finally {
      connection.release();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, inTurn));
  for (const attach of bare.attach) await sql.unsafe(attach);
}

/** Rows lie frozen and with their hint bits, so that the first reader need not write them. */
async function vacuum(sql: Sql, { months }: BareTables, { progress, signal }: LoadOptions): Promise<void> {
  const waiting = [...months.map(({ table }) => table), ...FILLED_TABLES, ...MADE_TABLES].values();
  const inTurn = async (): Promise<void> => {
    for (const table of waiting) {
      signal.throwIfAborted();
      await progress.step(`vacuum ${table}`, () => sql.unsafe(`VACUUM (FREEZE, ANALYZE) ${table}`));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, inTurn));
  await sql`ANALYZE workflow_events`;
  await sql`CHECKPOINT`;
}

/** What failed half-way is taken back, so that the next try finds an empty store with its indexes. */
async function restoreEmpty(sql: Sql, { months, indexes, attach }: BareTables): Promise<void> {
  const tables = [...months.map(({ table }) => table), ...FILLED_TABLES, ...MADE_TABLES];
  await sql.unsafe(
    `DROP TABLE IF EXISTS loaded_counts; UPDATE rollup_progress SET made_until = '-infinity'; TRUNCATE ${tables.join(', ')}`,
  );
  const present = new Set(
    (await sql<{ name: string }[]>`SELECT indexname AS name FROM pg_indexes`).map((row) => row.name),
  );
  for (const { name, definition } of indexes) if (!present.has(name)) await sql.unsafe(definition);
  const attached = await sql`SELECT FROM pg_inherits WHERE inhrelid = ${months[0]!.table}::regclass`;
  if (attached.length === 0) for (const statement of attach) await sql.unsafe(statement);
}
