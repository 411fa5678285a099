/** The orders in which workflows are listed: their keys in SQL, and places in them. */
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../../client.ts';
import { endedAt } from './workflow-filter.ts';

export type SortDirection = 'asc' | 'desc';

/** A value that rows are ordered by; the row's id breaks ties. */
export interface OrderKey {
  kind: 'time' | 'number';
  /** Over a table or alias named `workflows`. */
  expression: (sql: Sql | Tx) => Fragment;
}

/** A row's place in an order; without keys in that of ids. Times as ISO text with microseconds (updated_at has them, and a Date does not). */
export interface OrderPosition {
  keys: (string | number)[];
  id: string;
}

export const SORT_AT: OrderKey = { kind: 'time', expression: (sql) => sql`workflows.sort_at` };
export const ENDED_AT: OrderKey = { kind: 'time', expression: (sql) => endedAt(sql) };
export const FAILED_AT: OrderKey = { kind: 'time', expression: (sql) => sql`workflows.failed_at` };
export const UPDATED_AT: OrderKey = { kind: 'time', expression: (sql) => sql`workflows.updated_at` };
/** updated_at of an ended run. */
export const SETTLED_AT: OrderKey = { kind: 'time', expression: (sql) => sql`workflows.settled_at` };
export const DURATION: OrderKey = { kind: 'number', expression: (sql) => sql`workflows.duration_ms` };
export const RETRIES: OrderKey = { kind: 'number', expression: (sql) => sql`workflows.retry_count` };

/** Columns key0, key1 … for `positionOf`, to append to a select list; none in the order of ids. */
export function keyColumns(sql: Sql | Tx, keys: readonly OrderKey[]) {
  const columns = keys.map(({ kind, expression }, nth) => {
    const value =
      kind === 'time'
        ? sql`to_char(${expression(sql)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
        : expression(sql);
    return sql`${value} AS ${sql(`key${nth}`)}`;
  });
  return columns.map((column) => sql`, ${column}`).reduce((all, one) => sql`${all} ${one}`, sql``);
}

export function orderBy(sql: Sql | Tx, keys: readonly OrderKey[], direction: SortDirection) {
  const way = direction === 'desc' ? sql`DESC` : sql`ASC`;
  return sql`ORDER BY ${listed(sql, [...keys.map(({ expression }) => sql`${expression(sql)} ${way}`), sql`workflows.id ${way}`])}`;
}

/** A condition to append: only rows behind the position. */
export function behind(
  sql: Sql | Tx,
  keys: readonly OrderKey[],
  direction: SortDirection,
  position: OrderPosition | null,
) {
  if (position === null) return sql``;
  const values = keys.map(({ kind }, nth) => {
    const value = position.keys[nth]!;
    return kind === 'time' ? sql`${String(value)}::text::timestamptz` : sql`${value}::bigint`;
  });
  const columns = listed(sql, [...keys.map(({ expression }) => expression(sql)), sql`workflows.id`]);
  const place = listed(sql, [...values, sql`${position.id}::uuid`]);
  return direction === 'desc' ? sql`AND (${columns}) < (${place})` : sql`AND (${columns}) > (${place})`;
}

export type Keyed<Row> = Row & { id: string; key0?: string | number; key1?: string | number };

export function positionOf({ id, key0, key1 }: Keyed<unknown>): OrderPosition {
  return { keys: [key0, key1].filter((key) => key !== undefined), id };
}

/** Below zero where `a` stands before `b`. Times have one width, and ids are lower case, so text compares as their values do. */
export function compareInOrder(a: OrderPosition, b: OrderPosition, direction: SortDirection): number {
  const sign = direction === 'desc' ? -1 : 1;
  for (const [nth, key] of a.keys.entries()) {
    const other = b.keys[nth]!;
    if (key !== other) return key < other ? -sign : sign;
  }
  return a.id === b.id ? 0 : a.id < b.id ? -sign : sign;
}

function listed(sql: Sql | Tx, fragments: readonly Fragment[]): Fragment {
  return fragments.reduce((list, fragment) => sql`${list}, ${fragment}`);
}
