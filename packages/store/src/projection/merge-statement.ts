/** The one shape in which every projection table is written: rows that exist are updated, others inserted. */
import { KEY_COLUMNS, recordFields } from './columns.ts';
import type { RecordField, TableColumns } from './columns.ts';
import type { Tx } from '../client.ts';
import { fromRecords, recordArrays } from './record-arrays.ts';

/** A column that the record does not carry: filled from the log by SQL, so that large values never pass through us. */
export interface LoggedValue {
  column: string;
  /** Joined to the record `r`. */
  join: string;
  /** The value, over the join. */
  value: string;
  /** Boolean field of the record: whether to set it; where it is not true the stored value stays as it is. */
  changedField: string;
}

export interface MergeStatement {
  text: string;
  fields: readonly RecordField[];
}

/**
 * MERGE over records, with an array for each field. The caller holds the workflow's lock, so nobody else inserts the
 * same row meanwhile. created_at is kept. An unchanged large value is not rewritten.
 *
 * @param touch whether the table has updated_at
 */
export function mergeStatement(table: TableColumns, logged: readonly LoggedValue[], touch: boolean): MergeStatement {
  const columns = Object.entries(table.columns).map(([field, [column]]) => ({ field, column }));
  const key = Object.entries(KEY_COLUMNS).map(([field, column]) => ({ field, column }));
  const fields = recordFields(
    table,
    logged.flatMap(({ changedField }) => [
      { field: changedField, type: 'boolean' },
      { field: `${changedField}Id`, type: 'uuid' },
      { field: `${changedField}At`, type: 'instant' },
    ]),
  );
  const updates = [
    ...(table.hasUniqueId ? [] : ['id = r.id']),
    ...columns.map(({ field, column }) => `${column} = r."${field}"`),
    ...logged.map(
      ({ column, changedField }) =>
        `${column} = CASE WHEN r."${changedField}" THEN r.logged_${column} ELSE t.${column} END`,
    ),
    ...(touch ? ['updated_at = now()'] : []),
  ];
  const keyColumns = [...key, ...columns.filter(({ field }) => table.keyFields.includes(field))];
  // Where there are two unique indexes, the planner must not be left to choose among all that begin with the environment.
  const matched = table.hasUniqueId ? [{ field: 'id', column: 'id' }] : keyColumns;
  const text = `
MERGE INTO ${table.table} t
USING (
  SELECT r.*${logged.map(({ column, value }) => `, ${value} AS logged_${column}`).join('')}
  FROM ${fromRecords(fields)}
  ${logged.map(({ join }) => join).join('\n  ')}
) r ON ${matched.map(({ field, column }) => `t.${column} = r."${field}"`).join(' AND ')}
WHEN MATCHED THEN UPDATE SET ${updates.join(', ')}
WHEN NOT MATCHED THEN INSERT (id, ${[...key, ...columns].map(({ column }) => column).join(', ')}${logged.map(({ column }) => `, ${column}`).join('')})
VALUES (r.id, ${[...key, ...columns].map(({ field }) => `r."${field}"`).join(', ')}${logged.map(({ column }) => `, r.logged_${column}`).join('')})`;
  return { text, fields };
}

export async function mergeRecords(
  tx: Tx,
  { text, fields }: MergeStatement,
  records: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  if (records.length > 0) await tx.unsafe(text, recordArrays(fields, records), { prepare: true });
}
