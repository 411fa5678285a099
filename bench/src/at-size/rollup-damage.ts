/** Damages the rollups by hand: counts, keys, rows that are gone and rows that nobody made. */
import type { Sql } from '@wm/store';
import type { Damage } from './damage.ts';
import { wrongValue } from './targets.ts';
import type { Row } from './targets.ts';

interface RollupTable {
  readonly name: 'rollup_minutes' | 'rollup_durations' | 'rollup_errors';
  /** Columns that count, each with the measure as verify names it. */
  readonly counts: Readonly<Record<string, string>>;
  /** Columns that say what is counted, each with its type. */
  readonly names: Readonly<Record<string, string>>;
}

const SHARED = { env: 'text', service_key: 'text', workflow_name: 'text', minute: 'timestamptz' };

const TABLES: readonly RollupTable[] = [
  {
    name: 'rollup_minutes',
    counts: {
      started: 'started',
      completed: 'completed',
      failed: 'failed',
      cancelled: 'cancelled',
      retries: 'retries',
    },
    names: { ...SHARED, step_name: 'text' },
  },
  { name: 'rollup_durations', counts: { count: 'duration' }, names: { ...SHARED, step_name: 'text', bucket: 'int2' } },
  { name: 'rollup_errors', counts: { count: 'error' }, names: { ...SHARED, error_group: 'text' } },
];

/** By so much a count is off: other damages together cannot make up for it. */
const OFF_BY = 1_000;

/** @param rows that are damaged already: what they contribute is no good place for a damage of its own */
export async function damageRollups(sql: Sql, rows: readonly Row[]): Promise<Damage[]> {
  const damages: Damage[] = [];
  for (const table of TABLES) {
    const names = Object.entries(table.names);
    const counts = Object.keys(table.counts);
    const places = (await pickPlaces(sql, table, names.length + counts.length + 2, rows)).values();
    const next = (): string => places.next().value!;
    for (const count of counts) damages.push(await changeCount(sql, table, count, next()));
    for (const [name, type] of names) damages.push(await changeName(sql, table, { name, type, labels: [] }, next()));
    damages.push(await deleteRow(sql, table, next()), await addRow(sql, table, next()));
  }
  return damages;
}

/** Rows that count something, as ctid: nobody else changes them meanwhile. The fullest ones that no damaged row is counted in come first. */
async function pickPlaces(
  sql: Sql,
  { name, counts }: RollupTable,
  count: number,
  rows: readonly Row[],
): Promise<string[]> {
  const [first] = Object.keys(counts);
  const places = await sql<{ place: string }[]>`
    WITH damaged AS (
      SELECT DISTINCT e.env, e.service_key, e.workflow_name
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS r(env text, "serviceKey" text, "workflowId" text)
      JOIN workflow_events e ON (e.env, e.service_key, e.workflow_id) = (r.env, r."serviceKey", r."workflowId")
    )
    SELECT ctid::text AS place FROM ${sql(name)}
    WHERE ${sql(first!)} > 0
    ORDER BY (env, service_key, workflow_name) IN (SELECT env, service_key, workflow_name FROM damaged), ${sql(first!)} DESC
    LIMIT ${count}`;
  if (places.length < count) {
    throw new Error(`Only ${places.length} rows of ${name} can be damaged, ${count} are needed. Load more events.`);
  }
  return places.map(({ place }) => place);
}

async function changeCount(sql: Sql, table: RollupTable, count: string, place: string): Promise<Damage> {
  const [row] = await sql<{ what: string }[]>`
    UPDATE ${sql(table.name)} SET ${sql(count)} = ${sql(count)} + ${OFF_BY} WHERE ctid = ${place}::tid
    RETURNING ${sql.unsafe(keyOf(table, count))} AS what`;
  return damage(`${table.name}: ${count} changed`, row);
}

async function changeName(
  sql: Sql,
  table: RollupTable,
  column: { name: string; type: string; labels: readonly string[] },
  place: string,
): Promise<Damage> {
  const [row] = await sql<{ what: string }[]>`
    UPDATE ${sql(table.name)} SET ${sql(column.name)} = ${sql.unsafe(wrongValue(column))} WHERE ctid = ${place}::tid
    RETURNING ${sql.unsafe(keyOf(table))} AS what`;
  return damage(`${table.name}: ${column.name} changed`, row);
}

async function deleteRow(sql: Sql, table: RollupTable, place: string): Promise<Damage> {
  const [row] = await sql<{ what: string }[]>`
    DELETE FROM ${sql(table.name)} WHERE ctid = ${place}::tid RETURNING ${sql.unsafe(keyOf(table))} AS what`;
  return damage(`${table.name}: a row deleted`, row);
}

async function addRow(sql: Sql, table: RollupTable, place: string): Promise<Damage> {
  const [row] = await sql<{ what: string }[]>`
    INSERT INTO ${sql(table.name)}
    SELECT (jsonb_populate_record(t, '{"service_key": "unheard of"}')).* FROM ${sql(table.name)} t
    WHERE ctid = ${place}::tid
    RETURNING ${sql.unsafe(keyOf(table))} AS what`;
  return damage(`${table.name}: a row added`, row);
}

/** What is counted, as verify names it. */
function keyOf({ counts, names }: RollupTable, count = Object.keys(counts)[0]!): string {
  const column = (name: string): string => (Object.hasOwn(names, name) ? name : 'NULL');
  const stepName = Object.hasOwn(names, 'step_name') ? 'step_name' : `''`;
  return `jsonb_build_array(env, service_key, workflow_name, ${stepName}, extract(epoch FROM minute)::bigint / 60,
    '${counts[count]}', ${column('bucket')}, ${column('error_group')})::text`;
}

/** @throws where nothing was changed */
function damage(what: string, row: { what: string } | undefined): Damage {
  if (row === undefined) throw new Error(`No row was damaged: ${what}.`);
  return { what, expected: [{ about: 'rollup', count: row.what }] };
}
