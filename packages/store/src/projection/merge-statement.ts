/** The one shape in which every projection table is written: rows that exist are updated, others inserted. */
import { KEY_COLUMNS, recordDefinition } from './columns.ts';
import type { TableColumns } from './columns.ts';

/** A column that the record does not carry: filled from the log by SQL, so that large values never pass through us. */
export interface LoggedValue {
  column: string;
  /** Joined to the record `r`. */
  join: string;
  /** The value, over the join. */
  value: string;
  /** Boolean field of the record: whether to set it; where false the stored value stays as it is. */
  changedField: string;
}

/**
 * MERGE with one parameter, a JSON array of records. The caller holds the workflow's lock, so nobody else inserts the
 * same row meanwhile. created_at is kept. An unchanged large value is not rewritten.
 */
export function mergeStatement(table: TableColumns, logged: readonly LoggedValue[], touch: boolean): string {
  const columns = Object.entries(table.columns).map(([field, [column]]) => ({ field, column }));
  const key = Object.entries(KEY_COLUMNS).map(([field, column]) => ({ field, column }));
  const flags = logged.map(
    ({ changedField }) => `, "${changedField}" boolean, "${changedField}Id" uuid, "${changedField}At" timestamptz`,
  );
  const updates = [
    ...columns.map(({ field, column }) => `${column} = r."${field}"`),
    ...logged.map(
      ({ column, changedField }) =>
        `${column} = CASE WHEN r."${changedField}" THEN r.logged_${column} ELSE t.${column} END`,
    ),
    ...(touch ? ['updated_at = now()'] : []),
  ];
  return `
MERGE INTO ${table.table} t
USING (
  SELECT r.*${logged.map(({ column, value }) => `, ${value} AS logged_${column}`).join('')}
  FROM jsonb_to_recordset($1::text::jsonb) AS r(${recordDefinition(table)}${flags.join('')})
  ${logged.map(({ join }) => join).join('\n  ')}
) r ON t.id = r.id
WHEN MATCHED THEN UPDATE SET ${updates.join(', ')}
WHEN NOT MATCHED THEN INSERT (id, ${[...key, ...columns].map(({ column }) => column).join(', ')}${logged.map(({ column }) => `, ${column}`).join('')})
VALUES (r.id, ${[...key, ...columns].map(({ field }) => `r."${field}"`).join(', ')}${logged.map(({ column }) => `, r.logged_${column}`).join('')})`;
}
