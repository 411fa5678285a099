/** Damages the rollups by hand: counts, keys, rows that are gone and rows that nobody made. */
import { compareRollups } from '@wm/store';
import type { Sql } from '@wm/store';
import type { Damage } from './damage.ts';
import { wrongValue } from './targets.ts';

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

/** A count is spread over so many rows at most. */
const SLOTS = 32;
/** By so much a count is off: other damages together cannot make up for it. */
const OFF_BY = 1_000;

/**
 * Only counts that are right so far: where damaged rows have taken their contribution with them, a damage of the count
 * could make up for it.
 */
export async function damageRollups(sql: Sql): Promise<Damage[]> {
  const off = new Set((await compareRollups(sql)).map(({ count }) => count));
  const damages: Damage[] = [];
  for (const table of TABLES) {
    const names = Object.entries(table.names);
    const counts = Object.keys(table.counts);
    const places = (await pickPlaces(sql, table, names.length + counts.length + 2, off)).values();
    const next = (): string => places.next().value!;
    for (const count of counts) damages.push(await changeCount(sql, table, count, next()));
    for (const [name, type] of names) damages.push(await changeName(sql, table, { name, type, labels: [] }, next()));
    damages.push(await deleteRow(sql, table, next()), await addRow(sql, table, next()));
  }
  return damages;
}

/** The fullest rows, as ctid: nobody else changes them meanwhile. */
async function pickPlaces(sql: Sql, table: RollupTable, count: number, off: ReadonlySet<string>): Promise<string[]> {
  const [first] = Object.keys(table.counts);
  const rows = await sql<{ place: string; what: string }[]>`
    SELECT ctid::text AS place, ${sql.unsafe(keyOf(table))} AS what FROM ${sql(table.name)}
    WHERE ${sql(first!)} > 0 ORDER BY ${sql(first!)} DESC LIMIT ${count + SLOTS * off.size}`;
  const places = rows.filter(({ what }) => !off.has(what)).slice(0, count);
  if (places.length < count) {
    throw new Error(
      `Only ${places.length} rows of ${table.name} can be damaged, ${count} are needed. Load more events.`,
    );
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
