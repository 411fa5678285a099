/** Which rows are damaged, and which wrong values they get. */
import type { Sql } from '@wm/store';

export interface Column {
  readonly name: string;
  readonly type: string;
  /** Of an enumeration. */
  readonly labels: readonly string[];
}

export interface ProjectionTable {
  readonly name: 'workflows' | 'workflow_steps' | 'step_attempts' | 'workflow_sleeps';
  readonly columns: readonly Column[];
}

export interface Row {
  readonly id: string;
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
}

const NAMES = ['workflows', 'workflow_steps', 'step_attempts', 'workflow_sleeps'] as const;

/** The tables of the projection with every column that the fold writes, the id left out. */
export async function readTables(sql: Sql): Promise<ProjectionTable[]> {
  return Promise.all(NAMES.map(async (name) => ({ name, columns: await readColumns(sql, name) })));
}

/** Those that the fold writes, the id left out. */
export async function readColumns(sql: Sql, table: string): Promise<Column[]> {
  return sql<Column[]>`
    SELECT column_name AS name, udt_name AS type,
           ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = to_regtype(udt_name) ORDER BY enumsortorder) AS labels
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = ${table} AND is_generated = 'NEVER'
      AND column_name NOT IN ('id', 'created_at', 'updated_at')
    ORDER BY ordinal_position`;
}

/**
 * Rows anywhere in a table, of workflows that have ended, none of them twice.
 *
 * @param used ids of workflows that have a damage in `workflows` already; those of the rows picked there are added
 * @throws where there are fewer
 */
export async function pickRows(sql: Sql, { name }: ProjectionTable, count: number, used: Set<string>): Promise<Row[]> {
  const rows = await sql<Row[]>`
    SELECT DISTINCT ON (md5(t.id::text)) t.id, t.env, t.service_key AS "serviceKey", t.workflow_id AS "workflowId"
    FROM ${sql(name)} t
    JOIN workflows w ON (w.env, w.service_key, w.workflow_id) = (t.env, t.service_key, t.workflow_id) AND w.run = 1
    WHERE w.latest AND (w.completed_at IS NOT NULL OR w.failed_at IS NOT NULL OR w.cancelled_at IS NOT NULL)
      AND t.run = 1 AND t.workflow_id <> ALL (${[...used]})
    ORDER BY md5(t.id::text)
    LIMIT ${count}`;
  if (rows.length < count) {
    throw new Error(`Only ${rows.length} rows of ${name} can be damaged, ${count} are needed. Load more events.`);
  }
  if (name === 'workflows') for (const { workflowId } of rows) used.add(workflowId);
  return rows;
}

/** An SQL expression that gives another value than the one that is there. */
export function wrongValue({ name, type, labels }: Column): string {
  if (labels.length > 0) {
    const [first, second] = labels;
    return `CASE WHEN ${name} IS DISTINCT FROM '${first}' THEN '${first}'::${type} ELSE '${second}'::${type} END`;
  }
  const values: Readonly<Record<string, string>> = {
    uuid: 'gen_random_uuid()',
    text: `coalesce(${name}, '') || '-wrong'`,
    bool: `NOT coalesce(${name}, false)`,
    int2: `coalesce(${name}, 0) + 500`,
    int4: `coalesce(${name}, 0) + 500`,
    int8: `coalesce(${name}, 0) + 500`,
    timestamptz: `coalesce(${name}, '2026-01-01') - interval '1000 days'`,
    jsonb: `'"wrong"'`,
    _text: `array_append(${name}, 'wrong')`,
    _int4: `array_append(${name}, 7)`,
  };
  const value = values[type];
  if (value === undefined) throw new Error(`No wrong value is known for the type ${type} of ${name}.`);
  return value;
}
