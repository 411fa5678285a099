import type { Sql } from './client.ts';

/**
 * The schema of a migrated database as SQL text, in a stable order: what sql/schema.sql holds and CI compares. Taken
 * from the catalogue, because there is no pg_dump. Partitions by time are left out: which ones exist depends on the date.
 */
export async function dumpSchema(sql: Sql): Promise<string> {
  const parts = [...(await extensions(sql)), ...(await types(sql)), ...(await tables(sql)), ...(await functions(sql))];
  return `-- What the migrations make, written by \`npm run schema\`. Do not edit.\n\n${parts.join('\n\n')}\n`;
}

async function extensions(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname`;
  return rows.map((row) => `CREATE EXTENSION ${row.name};`);
}

async function types(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string; labels: string[] }[]>`
    SELECT typname AS name, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
    FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
    WHERE typnamespace = current_schema()::regnamespace
    GROUP BY typname
    ORDER BY typname`;
  return rows.map((row) => `CREATE TYPE ${row.name} AS ENUM (${row.labels.map((label) => `'${label}'`).join(', ')});`);
}

interface TableRow {
  name: string;
  partitionKey: string | null;
  parent: string | null;
  bound: string | null;
  options: string[];
  columns: string[];
  constraints: string[];
  indexes: string[];
  triggers: string[];
}

/** Columns in their order, constraints and indexes by name; NOT NULL stands with its column. */
async function tables(sql: Sql): Promise<string[]> {
  const rows = await sql<TableRow[]>`
    SELECT
      t.relname AS name,
      pg_get_partkeydef(t.oid) AS "partitionKey",
      (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = t.oid) AS parent,
      pg_get_expr(t.relpartbound, t.oid) AS bound,
      ARRAY(SELECT unnest(t.reloptions) ORDER BY 1) AS options,
      ARRAY(
        SELECT concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
          CASE WHEN attidentity <> '' THEN 'GENERATED AS IDENTITY' END,
          CASE WHEN adbin IS NOT NULL THEN
            CASE WHEN attgenerated <> '' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) ||
              CASE attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END
              ELSE 'DEFAULT ' || pg_get_expr(adbin, adrelid) END END,
          CASE WHEN attnotnull THEN 'NOT NULL' END)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum) AS columns,
      ARRAY(
        SELECT 'CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(c.oid)
        FROM pg_constraint c
        WHERE conrelid = t.oid AND contype <> 'n'
        ORDER BY conname) AS constraints,
      ARRAY(
        SELECT pg_get_indexdef(indexrelid)
        FROM pg_index i
        WHERE indrelid = t.oid AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = t.oid)
        ORDER BY indexrelid::regclass::text) AS indexes,
      ARRAY(
        SELECT pg_get_triggerdef(g.oid) FROM pg_trigger g
        WHERE tgrelid = t.oid AND NOT tgisinternal
        ORDER BY tgname) AS triggers
    FROM pg_class t
    WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace
      AND t.relname !~ '^workflow_events_([0-9]{4}_[0-9]{2}|past)$'
    ORDER BY t.relname`;
  return rows.map(tableText);
}

function tableText(table: TableRow): string {
  const options = table.options.length === 0 ? '' : ` WITH (${table.options.join(', ')})`;
  const rest = [...table.indexes, ...table.triggers].map((line) => `\n${line};`).join('');
  if (table.parent !== null) return `CREATE TABLE ${table.name} PARTITION OF ${table.parent} ${table.bound}${options};`;
  const lines = [...table.columns, ...table.constraints].map((line) => `  ${line}`).join(',\n');
  const partitioned = table.partitionKey === null ? '' : ` PARTITION BY ${table.partitionKey}`;
  return `CREATE TABLE ${table.name} (\n${lines}\n)${partitioned}${options};${rest}`;
}

async function functions(sql: Sql): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    SELECT pg_get_functiondef(oid) AS text
    FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND prokind IN ('f', 'p')
      AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    ORDER BY oid::regprocedure::text`;
  return rows.map((row) => `${row.text.trimEnd()};`);
}
