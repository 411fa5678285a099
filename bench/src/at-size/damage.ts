/** Damages the projection by hand, in every table and every column that the fold writes, and knows what must be found. */
import type { Sql } from '@wm/store';
import { damageRollups } from './rollup-damage.ts';
import { pickRows, readColumns, readTables, wrongValue } from './targets.ts';
import type { Column, ProjectionTable, Row } from './targets.ts';

/** What `wm verify` has to say about a damage. */
export type Expectation =
  | {
      readonly about: 'row';
      readonly id: string;
      readonly problem: 'missing' | 'surplus' | 'differs';
      /** null: the row as a whole. */
      readonly field: string | null;
    }
  /** Names and measure of the count, as verify gives them. */
  | { readonly about: 'rollup'; readonly count: string };

type TableName = ProjectionTable['name'];

export interface Damage {
  /** For people: table and what was done. */
  readonly what: string;
  /** All of them must be found. */
  readonly expected: readonly Expectation[];
}

/** Beside one for each column. */
const OTHER_DAMAGES = 5;

/** By these a row is told from others: changed, it is missing where it was and one too many where it is. */
const IDENTITY = new Set(['env', 'service_key', 'workflow_id', 'run', 'step_name', 'attempt_number', 'start_event_id']);

/** @throws where the store is too small to find a row for each */
export async function damageEverything(sql: Sql): Promise<Damage[]> {
  const tables = await readTables(sql);
  const damages: Damage[] = [];
  const used = new Set<string>();
  for (const table of tables) {
    const { name, columns } = table;
    const rows = (await pickRows(sql, table, columns.length + OTHER_DAMAGES, used)).values();
    const next = (): Row => rows.next().value!;
    damages.push(
      await replaceId(sql, name, next()),
      await deleteRow(sql, name, next()),
      await addRow(sql, name, next(), 'of another run', { run: 1_000 }),
      await addRow(sql, name, next(), 'of a workflow that nobody knows', { workflow_id: `unheard of ${name}` }),
    );
    if (name === 'workflows') damages.push(await deleteWorkflow(sql, tables, next()));
    for (const column of columns) damages.push(await changeColumn(sql, name, column, next()));
  }
  return [...damages, ...(await damageRollups(sql))];
}

async function replaceId(sql: Sql, name: TableName, row: Row): Promise<Damage> {
  const [changed] = await sql<{ id: string }[]>`
    UPDATE ${sql(name)} SET id = gen_random_uuid() WHERE id = ${row.id} RETURNING id`;
  return {
    what: `${name}: id changed`,
    expected: [{ about: 'row', id: changed!.id, problem: 'differs', field: 'id' }],
  };
}

async function changeColumn(sql: Sql, name: TableName, column: Column, row: Row): Promise<Damage> {
  await sql.unsafe(`UPDATE ${name} SET ${column.name} = ${wrongValue(column)} WHERE id = $1`, [row.id]);
  const whole = (problem: 'missing' | 'surplus'): Expectation => ({ about: 'row', id: row.id, problem, field: null });
  return {
    what: `${name}: ${column.name} changed`,
    expected: isKey(name, column)
      ? [whole('missing'), whole('surplus')]
      : [{ about: 'row', id: row.id, problem: 'differs', field: fieldOf(column.name) }],
  };
}

/** Attempts have a start_event_id that is no part of their key. */
function isKey(table: TableName, { name }: Column): boolean {
  return IDENTITY.has(name) && !(table === 'step_attempts' && name === 'start_event_id');
}

async function deleteRow(sql: Sql, name: TableName, row: Row): Promise<Damage> {
  await sql`DELETE FROM ${sql(name)} WHERE id = ${row.id}`;
  return {
    what: `${name}: a row deleted`,
    expected: [{ about: 'row', id: row.id, problem: 'missing', field: null }],
  };
}

async function deleteWorkflow(sql: Sql, tables: readonly ProjectionTable[], row: Row): Promise<Damage> {
  const expected: Expectation[] = [];
  for (const { name } of tables) {
    const gone = await sql<{ id: string }[]>`
      DELETE FROM ${sql(name)}
      WHERE env = ${row.env} AND service_key = ${row.serviceKey} AND workflow_id = ${row.workflowId} RETURNING id`;
    expected.push(...gone.map(({ id }) => ({ about: 'row', id, problem: 'missing', field: null }) as const));
  }
  return { what: 'all tables: a whole workflow deleted', expected };
}

async function addRow(
  sql: Sql,
  name: TableName,
  row: Row,
  which: string,
  changes: Readonly<Record<string, string | number>>,
): Promise<Damage> {
  const columns = sql(['id', ...(await readColumns(sql, name)).map((column) => column.name)]);
  const [added] = await sql<{ id: string }[]>`
    INSERT INTO ${sql(name)} (${columns})
    SELECT ${columns} FROM (
      SELECT (jsonb_populate_record(t, ${JSON.stringify(changes)}::text::jsonb || jsonb_build_object('id', gen_random_uuid()))).*
      FROM ${sql(name)} t WHERE id = ${row.id}
    ) added
    RETURNING id`;
  return {
    what: `${name}: a row ${which} added`,
    expected: [{ about: 'row', id: added!.id, problem: 'surplus', field: null }],
  };
}

/** As verify names the field of a column. */
function fieldOf(column: string): string {
  const position = /^(first|last)_event_(at|id)$/.exec(column);
  if (position !== null) return `${position[1]}Event`;
  return column.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
