import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';

/** A condition to append: the column holds one of these values; no condition where there are none. */
export function anyOf(sql: Sql | Tx, column: Fragment, values: readonly string[]): Fragment {
  return values.length === 0 ? sql`` : sql`AND ${column} = ANY(${[...values]}::text[])`;
}
