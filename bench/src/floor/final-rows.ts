/** The rows that a pipeline has made of a workload, as COPY writes and reads them. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sql } from '@wm/store';

/** Rows of one table in the text format of COPY. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  /** A line for each row. */
  readonly text: Buffer;
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
    const rows = (where: string): Promise<Buffer> =>
      copyOut(sql, `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where} ${order}`);
    warmUp.push({ table, columns, text: await rows(isWarmUp) });
    measured.push({ table, columns, text: await rows(`NOT (${isWarmUp})`) });
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
async function copyOut(sql: Sql, query: string): Promise<Buffer> {
  const [{ folder }] = await sql<[{ folder: string }]>`SELECT current_setting('data_directory') AS folder`;
  const file = path.join(folder, 'final-rows.copy');
  await sql.unsafe(`COPY (${query}) TO '${file}'`);
  try {
    return await readFile(file);
  } finally {
    await rm(file);
  }
}

/** Divides the rows of a table into so many parts of about the same size; small ones have parts without rows. */
export function splitRows(rows: TableRows, parts: number): TableRows[] {
  const { text } = rows;
  const ends = Array.from({ length: parts }, (_, index) =>
    endOfLine(text, Math.floor((text.length * (index + 1)) / parts)),
  );
  return ends.map((end, index) => ({ ...rows, text: text.subarray(ends[index - 1] ?? 0, end) }));
}

/** The end of the line that this many bytes reach into. */
function endOfLine(text: Buffer, bytes: number): number {
  return bytes === 0 ? 0 : text.indexOf('\n', bytes - 1) + 1;
}
