/** The rows that a pipeline has made of a workload, as COPY writes and reads them. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sql } from '@wm/store';

/** Rows of one table in the text format of COPY. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly chunks: readonly Buffer[];
}

/** Rows of the same events in several tables. */
export interface FinalRows {
  /** Of the events that were handled before the measured ones. */
  readonly warmUp: readonly TableRows[];
  readonly measured: readonly TableRows[];
}

/** A projection table and which of its rows stem from events before a time. */
const TABLES = {
  workflow_events: 'event_timestamp < $from',
  workflows: 'first_event_at < $from',
  workflow_steps: 'workflow_id IN (SELECT workflow_id FROM workflows WHERE first_event_at < $from)',
  step_attempts: 'workflow_id IN (SELECT workflow_id FROM workflows WHERE first_event_at < $from)',
  workflow_sleeps: 'workflow_id IN (SELECT workflow_id FROM workflows WHERE first_event_at < $from)',
  rollup_minutes: 'minute < $from',
  rollup_durations: 'minute < $from',
  rollup_errors: 'minute < $from',
  services: 'false',
} as const;

type ProjectionTable = keyof typeof TABLES;
const ALL_TABLES = Object.keys(TABLES) as ProjectionTable[];

/** Large enough that the client costs next to nothing, small enough to let two connections take turns. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Takes the log and the tables of the projection out of a database. The log comes in the order of arrival, the rest in the
 * order in which it lies there, which is roughly the same.
 */
export async function takeRows(
  sql: Sql,
  measuredFrom: Date,
  tables: readonly ProjectionTable[] = ALL_TABLES,
): Promise<FinalRows> {
  const warmUp: TableRows[] = [];
  const measured: TableRows[] = [];
  for (const table of tables) {
    const condition = TABLES[table];
    const columns = await columnsOf(sql, table);
    const isWarmUp = condition.replace('$from', `'${measuredFrom.toISOString()}'::timestamptz`);
    const order = table === 'workflow_events' ? 'ORDER BY received_at, id' : '';
    const rows = (where: string): Promise<Buffer[]> =>
      copyOut(sql, `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where} ${order}`);
    warmUp.push({ table, columns, chunks: await rows(isWarmUp) });
    measured.push({ table, columns, chunks: await rows(`NOT (${isWarmUp})`) });
  }
  return { warmUp, measured };
}

async function columnsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT quote_ident(attname) AS name FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum`;
  return rows.map(({ name }) => name);
}

/** Through a file of the server: the client library loses the end of an answer that its reader was too slow for. */
async function copyOut(sql: Sql, query: string): Promise<Buffer[]> {
  const [{ folder }] = await sql<[{ folder: string }]>`SELECT current_setting('data_directory') AS folder`;
  const file = path.join(folder, 'final-rows.copy');
  await sql.unsafe(`COPY (${query}) TO '${file}'`);
  try {
    return inChunks(await readFile(file));
  } finally {
    await rm(file);
  }
}

function inChunks(text: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < text.length; from += CHUNK_BYTES) chunks.push(text.subarray(from, from + CHUNK_BYTES));
  return chunks;
}
